"""Reading templates as CloudFormation does."""

import yaml


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms; dates stay strings."""


def short_form(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", short_form)
Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text):
    """A template in YAML or JSON, as a dictionary."""
    return yaml.load(text, Loader)


def archived(archive, name):
    """One file of a txtar archive, or None."""
    text = "\n" + archive.read_text()
    marker = f"\n-- {name} --\n"
    if marker not in text:
        return None
    return text.split(marker, 1)[1].split("\n-- ", 1)[0] + "\n"
