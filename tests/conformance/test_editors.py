"""Star::Job in editors and linters: the JSON schema, cfn-lint's registry schema, and their files."""

import json

import jsonschema
import pytest
import yaml
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from conftest import BIN, ROOT, SAMPLES, run
from templates import Loader, archived, load

SCHEMA = json.loads((ROOT / "docs/schema/template.schema.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
# Codes of errors that a schema can detect: unknown keys, missing keys, and names of steps.
TOLD = ("STAR010", "STAR014")


class Editor(Loader):
    """YAML as the language server sees it: a short form is its argument."""


def argument(loader, _, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Editor.add_multi_constructor("!", argument)
READERS = {"cloudformation": load, "editor": lambda text: yaml.load(text, Editor)}


def faults(template):
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in VALIDATOR.iter_errors(template)]


def test_schema_is_a_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("flags, name", [([], "template.schema.json"), (["--registry"], "registry/star-job.json")])
def test_command_prints_the_file(flags, name):
    assert run(BIN / "star", "schema", *flags) == (ROOT / "docs/schema" / name).read_text()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_sample_follows_the_schema(sample, reader):
    assert not faults(READERS[reader]((sample / "template.yaml").read_text()))


GOLDENS = sorted((ROOT / "macro/job/testdata").glob("*.txtar")) + sorted((ROOT / "macro/expand/testdata").glob("*.txtar"))


def problems(golden):
    return (archived(golden, "problems") or "") + (archived(golden, "problems.txt") or "")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("golden", [g for g in GOLDENS if not problems(g)], ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_schema_takes_what_starjob_takes(golden, reader):
    assert not faults(READERS[reader](archived(golden, "in.yaml")))


@pytest.mark.parametrize("golden", [g for g in GOLDENS if any(f"{c} " in line and f"{c} (warning)" not in line for line in problems(g).splitlines() for c in TOLD)], ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_schema_refuses_what_starjob_refuses(golden):
    assert faults(load(archived(golden, "in.yaml")))


def test_schema_says_where():
    template = load((ROOT / "samples/etl/template.yaml").read_text())
    template["Resources"]["Etl"]["Properties"]["Steps"]["load"]["Retries"] = {}
    error = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(template))
    assert list(error.absolute_path) == ["Resources", "Etl", "Properties", "Steps", "load"] and "Retries" in error.message


def test_schema_explains_every_key():
    for name in ("Resource", "Job", "Step", "Retry", "Generate", "Tag"):
        for key, value in SCHEMA["definitions"][name]["properties"].items():
            assert value.get("description", "").strip(), (name, key)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_cfn_lint_accepts_the_source(sample):
    """As a user runs it, with .cfnlintrc: the template with its Star::Job, not the expanded one."""
    run(BIN.parent / "venv/bin/cfn-lint", "--template", sample / "template.yaml", cwd=ROOT)


def test_cfn_lint_knows_the_type_from_the_file_alone(tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text((ROOT / "samples/loadgen/template.yaml").read_text())
    lint = [BIN.parent / "venv/bin/cfn-lint", "--template", template]
    with pytest.raises(AssertionError, match="E3006"):
        run(*lint, cwd=tmp_path)
    run(*lint, "--registry-schemas", ROOT / "docs/schema/registry", cwd=tmp_path)


# Properties of event sources other than SQS, or that StarJob sets.
NOT_OFFERED = {
    "AmazonManagedKafkaEventSourceConfig", "BisectBatchOnFunctionError", "DestinationConfig", "DocumentDBEventSourceConfig",
    "EventSourceArn", "FunctionName", "FunctionResponseTypes", "LoggingConfig", "MaximumRecordAgeInSeconds", "MaximumRetryAttempts",
    "ParallelizationFactor", "Queues", "SelfManagedEventSource", "SelfManagedKafkaEventSourceConfig", "SourceAccessConfigurations",
    "StartingPosition", "StartingPositionTimestamp", "Topics", "TumblingWindowInSeconds",
}


def provider(kind):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-west-1", kind).schema
    read_only = {p.split("/")[2] for p in schema.get("readOnlyProperties", [])}
    return set(schema["properties"]) - read_only


@pytest.mark.parametrize("definition, kinds, but", [
    ("Queue", ["AWS::SQS::Queue"], set()),
    ("EventSource", ["AWS::Lambda::EventSourceMapping"], NOT_OFFERED),
    ("FunctionProperties", ["AWS::Lambda::Function", "AWS::Serverless::Function"], {"Handler"}),
])
def test_schema_offers_the_properties_that_aws_has(definition, kinds, but):
    assert set(SCHEMA["definitions"][definition]["properties"]) == set.union(*map(provider, kinds)) - but


def test_diff_knows_what_replaces_a_resource():
    for line in (ROOT / "cli/diff/replacement.txt").read_text().splitlines():
        kind, *properties = line.split()
        made = kind.replace("::Serverless::", "::Lambda::")  # by SAM, with the same properties
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-west-1", made).schema
        assert properties == sorted(p.split("/")[2] for p in schema.get("createOnlyProperties", [])), kind


REFERENCES = """
Transform: [StarJob, AWS::Serverless-2016-10-31]
Resources:
  Code:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ., Handler: bootstrap, Runtime: provided.al2023}
  Replay:
    Type: Star::Job
    Properties: {Function: !Ref Code, Steps: {plan-it: {}}}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Sub "${Replay.plan-it.Queue.Name}", TopicName: !Ref Replay}
  After:
    Type: AWS::SNS::Topic
    DependsOn: Replay
Outputs:
  Generate: {Value: !GetAtt Replay.Arn}
  Again: {Value: !GetAtt Replay.Generate.Arn}
  Queue: {Value: !GetAtt Replay.plan-it.Queue.Arn}
  Dead: {Value: !GetAtt Replay.plan-it.DeadLetterQueue.Url}
  Function: {Value: !GetAtt Replay.plan-it.Function.Name}
  Role: {Value: !GetAtt Replay.plan-it.Role.Arn}
"""


def test_cfn_lint_accepts_references_to_a_job(tmp_path):
    (tmp_path / "template.yaml").write_text(REFERENCES)
    run(BIN.parent / "venv/bin/cfn-lint", "--template", tmp_path / "template.yaml", cwd=ROOT)
    run(BIN / "star", "check", tmp_path)


def test_registry_schema_names_the_attributes():
    import regex

    schema = json.loads((ROOT / "docs/schema/registry/star-job.json").read_text())
    attributes = [p.removeprefix("/properties/") for p in schema["readOnlyProperties"]]
    for value in load(REFERENCES)["Outputs"].values():
        attribute = ".".join(value["Value"]["Fn::GetAtt"][1:])
        assert any(regex.fullmatch(a, attribute) for a in attributes), attribute
    assert not any(regex.fullmatch(a, "plan.Quue.Arn") for a in attributes)
