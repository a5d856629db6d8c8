"""Reads a stack's resources back through the AWS API. Each function returns (what, asked, got) where they differ."""

import ast
import json
from urllib.parse import unquote

PREFIX = "https://sqs.eu-west-1.amazonaws.com/123456789012/"


def differing(name, pairs):
    return [(f"{name}.{what}", asked, got) for what, asked, got in pairs if numbers(asked) != numbers(got)]


def text(value):
    """A property as an SQS attribute."""
    return json.dumps(value) if isinstance(value, dict) else str(value).lower() if isinstance(value, bool) else str(value)


def document(value):
    """A policy as an object; moto's CloudFormation leaves some written as Python."""
    if isinstance(value, dict):
        return value
    value = unquote(value)
    return json.loads(value) if value.startswith('{"') else ast.literal_eval(value)


def numbers(value):
    """The same with numbers instead of numeric strings: CloudFormation converts both."""
    if isinstance(value, dict):
        return {k: numbers(v) for k, v in value.items()}
    return int(value) if isinstance(value, str) and value.isdigit() else value


def tags(listed):
    return {t["Key"]: t["Value"] for t in listed or []}


def queues(stack):
    sqs = stack.client("sqs")
    for url, asked, name in stack.of_type("AWS::SQS::Queue"):
        got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        pairs = [("Tags", tags(asked.pop("Tags", [])), sqs.list_queue_tags(QueueUrl=url).get("Tags", {})),
                 ("QueueName", asked.pop("QueueName", url.rsplit("/", 1)[1]), url.rsplit("/", 1)[1])]
        for key in ("RedrivePolicy", "RedriveAllowPolicy"):
            pairs.append((key, asked.pop(key, None), json.loads(got.get(key, "null"))))
        pairs += [(key, text(value), got.get(key)) for key, value in asked.items()]
        yield from differing(name, pairs)


# The properties that moto keeps of a function, in addition to its environment and network. cfn-lint has checked the
# form of the others (Architectures, LoggingConfig, TracingConfig, Tags, RecursiveLoop).
IN_MOTO = ["Handler", "Runtime", "Role", "MemorySize", "Timeout", "Description"]


def functions(stack):
    client = stack.client("lambda")
    for physical, asked, name in stack.of_type("AWS::Lambda::Function"):
        got = client.get_function_configuration(FunctionName=physical)
        pairs = [(k, asked[k], got.get(k)) for k in IN_MOTO if k in asked]
        pairs.append(("FunctionName", asked.get("FunctionName", physical), got["FunctionName"]))
        variables = asked.get("Environment", {}).get("Variables", {})
        pairs.append(("Environment", variables, got.get("Environment", {}).get("Variables", {})))
        pairs.append(("Layers", asked.get("Layers", []), layers(client, physical, asked)))
        for key in ("SubnetIds", "SecurityGroupIds"):
            pairs.append((key, asked.get("VpcConfig", {}).get(key, []), got.get("VpcConfig", {}).get(key, [])))
        yield from differing(name, pairs)


def layers(client, function, asked):
    """A function's layers. moto's CloudFormation skips them, but its Lambda accepts only existing ones."""
    got = client.update_function_configuration(FunctionName=function, **{k: asked[k] for k in ("Layers",) if k in asked})
    return [layer["Arn"] for layer in got.get("Layers", [])]


def environment(stack):
    """Every queue that an environment names exists, by its URL or by the names from which the runtime derives URLs."""
    pages = stack.client("sqs").get_paginator("list_queues").paginate()
    urls = {PREFIX + url.rsplit("/", 1)[1] for page in pages for url in page.get("QueueUrls", [])}
    client = stack.client("lambda")
    for physical, _, name in stack.of_type("AWS::Lambda::Function"):
        env = client.get_function_configuration(FunctionName=physical).get("Environment", {}).get("Variables", {})
        named = [env[key] for key in ("STAR_QUEUE", "STAR_DEAD_LETTER_QUEUE") if key in env]
        for entry in env.get("STAR_QUEUES", "").split():
            named.append(entry.split("=", 1)[1] if "=" in entry else url_beside(env, entry))
        yield from ((f"{name}.environment", url, "no such queue") for url in named if url not in urls)


def url_beside(env, step):
    return env.get("STAR_QUEUE", PREFIX).rsplit("/", 1)[0] + "/" + env["STAR_NAME"] + "-" + step


def mappings(stack):
    client = stack.client("lambda")
    for uuid, asked, name in stack.of_type("AWS::Lambda::EventSourceMapping"):
        got = client.get_event_source_mapping(UUID=uuid)
        function = asked.pop("FunctionName")
        pairs = [("FunctionName", function.rsplit(":", 1)[-1], got["FunctionArn"].rsplit(":", 1)[-1]),
                 ("State", "Enabled" if asked.pop("Enabled", True) else "Disabled", got["State"]),
                 ("BatchSize", asked.pop("BatchSize", 10), got["BatchSize"])]
        for key in NOT_IN_MOTO:
            asked.pop(key, None)
        pairs += [(key, value, got.get(key)) for key, value in asked.items()]
        yield from differing(name, pairs)


# Settings of event source mappings that moto accepts and does not store. Only cfn-lint has checked them.
NOT_IN_MOTO = ["Tags"]


def roles(stack):
    """moto's CloudFormation attaches no managed policies; the rest of a role is there."""
    iam = stack.client("iam")
    for role, asked, name in stack.of_type("AWS::IAM::Role"):
        got = iam.get_role(RoleName=role)["Role"]
        inline = {p: document(iam.get_role_policy(RoleName=role, PolicyName=p)["PolicyDocument"])
                  for p in iam.list_role_policies(RoleName=role)["PolicyNames"]}
        wanted = {p["PolicyName"]: p["PolicyDocument"] for p in asked.get("Policies", [])}
        for _, policy, _ in stack.of_type("AWS::IAM::Policy"):
            if role in policy["Roles"]:
                wanted[policy["PolicyName"]] = policy["PolicyDocument"]
        yield from differing(name, [
            ("AssumeRolePolicyDocument", asked["AssumeRolePolicyDocument"], document(got["AssumeRolePolicyDocument"])),
            ("Policies", wanted, inline),
            ("Tags", tags(asked.get("Tags")), tags(got.get("Tags")))])


def logs(stack):
    client = stack.client("logs")
    for group, asked, name in stack.of_type("AWS::Logs::LogGroup"):
        [got] = client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        arn = got["arn"].removesuffix(":*")
        yield from differing(name, [
            ("RetentionInDays", asked.get("RetentionInDays"), got.get("retentionInDays")),
            ("Tags", tags(asked.get("Tags")), client.list_tags_for_resource(resourceArn=arn)["tags"])])


ALL = [queues, functions, environment, mappings, roles, logs]
