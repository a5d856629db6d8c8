"""Creates a stack of every golden, and compares the resources with the AWS API."""

import json

import boto3
import pytest

import readback
from cloudformation import after_sam, transforms
from conftest import ROOT, publish
from stack import Stack
from templates import archived, load

GOLDENS = {g.stem: g for g in sorted((ROOT / "macro/expand/testdata").glob("*.txtar")) if archived(g, "out.yaml")}

# What goldens require in the account that they are deployed to.
PARAMETERS = {"Boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess", "Mine": "arn:aws:iam::123456789012:policy/mine", "Stage": "test"}
LAYERS = {"pandas": 3, "numpy": 7}
SSM = {"/key": "alias/parameter", "/jobs/prefix": "jobs", "/jobs/depth": "14"}
EXPORTS = {"dead": "arn:aws:sqs:eu-west-1:123456789012:dead", "timeout": "100", "window": "10", "key": "alias/exported"}

# What moto does not support, by golden.
NULL = "it leaves null in a list if a branch of Fn::If is AWS::NoValue"
LEFT_OUT = {
    "kms_choice": NULL,
    "policies_choice": NULL,
    "alias": "it creates no mapping to an alias of a function",
    "warning_concurrency": "it gives a FIFO queue without a name one that does not end in .fifo",
}
# Types and transforms that moto does not support.
NOT_CREATED = {"AWS::Lambda::Url"}
EXTENSIONS = "AWS::LanguageExtensions"


@pytest.fixture(scope="module")
def account(layer):
    """Resources outside the template that goldens refer to: a role, a queue, exports, parameters, layers."""
    code = layer
    for name, version in LAYERS.items():
        publish(code, name, version)
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    boto3.client("iam", endpoint_url=code).create_role(RoleName="mine", AssumeRolePolicyDocument=json.dumps(trust))
    boto3.client("sqs", endpoint_url=code).create_queue(QueueName="dead")
    for name, value in SSM.items():
        boto3.client("ssm", endpoint_url=code).put_parameter(Name=name, Value=value, Type="String")
    outputs = {f"Export{i}": {"Value": v, "Export": {"Name": n}} for i, (n, v) in enumerate(EXPORTS.items())}
    Stack(code, {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs})
    return code


def deployable(name):
    return name not in LEFT_OUT and EXTENSIONS not in transforms(load(archived(GOLDENS[name], "out.yaml")))


@pytest.fixture(scope="module", params=filter(deployable, GOLDENS))
def stack(request, account):
    golden = GOLDENS[request.param]
    template = after_sam(load(archived(golden, "out.yaml")), "eu-west-1")
    for resource in template["Resources"].values():
        if "S3Bucket" in resource.get("Properties", {}).get("Code", {}):
            resource["Properties"]["Code"] = {"S3Bucket": "code", "S3Key": "key"}
    given = {**PARAMETERS, **json.loads(archived(golden, "parameters.json") or "{}")}
    return Stack(account, template, {n: v for n, v in given.items() if n in template.get("Parameters", {})}, EXPORTS)


def test_resources(stack):
    assert {n for n, r in stack.wanted().items() if r["Type"] not in NOT_CREATED} == set(stack.resources)


@pytest.mark.parametrize("read", readback.ALL)
def test_as_asked(stack, read):
    assert not (found := list(read(stack))), json.dumps(found, indent=1)
