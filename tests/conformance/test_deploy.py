"""Each sample the way it is deployed: sam validate, build and package, the macro's binary, SAM, CloudFormation."""

import json
import uuid

import boto3
import pytest

from cloudformation import after_sam, findings
from conftest import BIN, SAMPLES, run
from lambda_host import transform
from templates import load

SAM = BIN.parent / "venv/bin/sam"
PARAMETERS = {
    "etl": {"Source": "s3://sources", "Destination": "s3://figures"},
    "replay": {"Bucket": "ledger", "Stream": "events"},
}


@pytest.fixture(scope="session", params=SAMPLES, ids=lambda p: p.name)
def packaged(request, moto, tmp_path_factory):
    """A sample's template after sam build and sam package, with its code in moto's S3."""
    sample, work = request.param, tmp_path_factory.mktemp(request.param.name)
    run(SAM, "validate", "--template", sample / "template.yaml", AWS_ENDPOINT_URL=moto)
    run(SAM, "build", "--template", sample / "template.yaml", "--build-dir", work / "build", cwd=work)
    bucket = f"code-{uuid.uuid4()}"
    boto3.client("s3", endpoint_url=moto).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    run(SAM, "package", "--template-file", work / "build/template.yaml", "--s3-bucket", bucket,
        "--output-template-file", work / "packaged.yaml", cwd=work, AWS_ENDPOINT_URL=moto)
    return load((work / "packaged.yaml").read_text()), PARAMETERS.get(sample.name, {})


@pytest.fixture(scope="session")
def deployed(packaged, moto):
    """The packaged template through the macro and SAM, created as a stack; yields (template, resources, clients)."""
    packaged, parameters = packaged
    response = transform(BIN / "macro", packaged, parameters)
    assert response["status"] == "success", response
    processed = after_sam({"Transform": packaged["Transform"], **response["fragment"]}, "eu-west-1")
    processed.pop("Transform", None)
    assert not findings(processed, "eu-west-1")
    cloudformation = boto3.client("cloudformation", endpoint_url=moto)
    stack = f"stack-{uuid.uuid4()}"
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(processed),
                                Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
                                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"])
    resources = {r["LogicalResourceId"]: r for r in
                 cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]}
    return processed, resources


def of_type(template, kind):
    return {name: r for name, r in template["Resources"].items() if r["Type"] == kind}


def test_all_resources_exist(deployed):
    template, resources = deployed
    assert set(template["Resources"]) <= set(resources)
    assert not [r for r in resources.values() if not r["ResourceType"].startswith("AWS::")]


def test_code_was_uploaded(deployed, moto):
    template, _ = deployed
    s3 = boto3.client("s3", endpoint_url=moto)
    functions = of_type(template, "AWS::Lambda::Function")
    assert functions
    for name, function in functions.items():
        code = function["Properties"]["Code"]
        assert s3.head_object(Bucket=code["S3Bucket"], Key=code["S3Key"])["ContentLength"] > 1_000_000, name


def test_queues_are_as_asked(deployed, moto):
    template, resources = deployed
    sqs = boto3.client("sqs", endpoint_url=moto)
    queues = of_type(template, "AWS::SQS::Queue")
    assert queues
    for name, queue in queues.items():
        url = resources[name]["PhysicalResourceId"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        asked = queue.get("Properties", {})
        for key in ("VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds"):
            if key in asked:
                assert attributes[key] == str(asked[key]), (name, key)
        if "RedrivePolicy" in asked:
            redrive = json.loads(attributes["RedrivePolicy"])
            target = asked["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            dead = sqs.get_queue_attributes(QueueUrl=resources[target]["PhysicalResourceId"], AttributeNames=["QueueArn"])
            assert redrive["deadLetterTargetArn"] == dead["Attributes"]["QueueArn"]


def test_mappings_lead_from_queue_to_function(deployed, moto):
    template, resources = deployed
    client = boto3.client("lambda", endpoint_url=moto)
    mappings = of_type(template, "AWS::Lambda::EventSourceMapping")
    assert mappings
    for name, mapping in mappings.items():
        asked = mapping["Properties"]
        got = client.get_event_source_mapping(UUID=resources[name]["PhysicalResourceId"])
        assert got["EventSourceArn"].endswith(":" + queue_name(resources, asked["EventSourceArn"]["Fn::GetAtt"][0]))
        assert got["FunctionArn"].endswith(":" + resources[asked["FunctionName"]["Ref"]]["PhysicalResourceId"])
        assert asked["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert got["BatchSize"] == asked.get("BatchSize", 10)


def queue_name(resources, logical_id):
    return resources[logical_id]["PhysicalResourceId"].rsplit("/", 1)[1]


def test_environment_holds_real_urls(deployed, moto):
    template, resources = deployed
    client = boto3.client("lambda", endpoint_url=moto)
    urls = {r["PhysicalResourceId"] for r in resources.values() if r["ResourceType"] == "AWS::SQS::Queue"}
    for name in of_type(template, "AWS::Lambda::Function"):
        function = client.get_function_configuration(FunctionName=resources[name]["PhysicalResourceId"])
        env = function["Environment"]["Variables"]
        assert env["STAR_JOB"] and env["STAR_HANDLER"], name
        for entry in env.get("STAR_QUEUES", "").split():
            step, url = entry.split("=", 1)
            assert url in urls, (name, step)
        for key in ("STAR_QUEUE", "STAR_DEAD_LETTER_QUEUE"):
            assert key not in env or env[key] in urls, (name, key)
