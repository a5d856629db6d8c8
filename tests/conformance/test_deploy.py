"""Deploys each sample: sam validate, build and package, the macro's binary, SAM, CloudFormation."""

import io
import json
import shutil
import uuid
import zipfile

import boto3
import pytest

import readback
from cloudformation import after_sam, findings
from conftest import BIN, REGIONS, SAMPLES, run
from lambda_host import transform
from stack import Stack
from templates import load

TOOLS = BIN.parent / "venv/bin"
ETL = {"Source": "s3://sources", "Destination": "s3://figures"}
REPLAY = {"Bucket": "ledger", "Stream": "events"}
PARAMETERS = {"etl": ETL, "etl-python": ETL, "replay": REPLAY, "replay-js": REPLAY}


@pytest.fixture(scope="session", params=SAMPLES, ids=lambda p: p.name)
def built(request, moto, tmp_path_factory):
    """A sample after sam validate and sam build: (its template, a bucket, its parameters)."""
    sample, work = request.param, tmp_path_factory.mktemp(request.param.name)
    needs = builder(load((sample / "template.yaml").read_text()))
    if not shutil.which(needs):
        pytest.skip(f"sam build needs {needs}")
    run(TOOLS / "sam", "validate", "--template", sample / "template.yaml", AWS_ENDPOINT_URL=moto)
    run(TOOLS / "sam", "build", "--template", sample / "template.yaml", "--build-dir", work / "build", cwd=work)
    bucket = f"code-{uuid.uuid4()}"
    boto3.client("s3", endpoint_url=moto).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return work / "build/template.yaml", bucket, PARAMETERS.get(sample.name, {})


def builder(template):
    """The program with which sam build builds the prototype: for Python, the interpreter of the same version."""
    [runtime] = {r["Properties"]["Runtime"] for r in template["Resources"].values() if r["Type"] == "AWS::Serverless::Function"}
    return "npm" if runtime.startswith("nodejs") else runtime if runtime.startswith("python") else "go"


def package(built, moto, *command):
    template, bucket, _ = built
    packaged = template.with_name("packaged.yaml")
    run(*command, "--template-file", template, "--s3-bucket", bucket, "--output-template-file", packaged,
        cwd=template.parent, AWS_ENDPOINT_URL=moto)
    return load(packaged.read_text())


@pytest.fixture(scope="session")
def packaged(built, moto):
    return package(built, moto, TOOLS / "sam", "package")


def processed(template, parameters, region="eu-west-1"):
    """The template that CloudFormation deploys: StarJob's response, after SAM's transform."""
    response = transform(BIN / "macro", template, parameters, region)
    assert response["status"] == "success", response
    return after_sam({"Transform": template["Transform"], **response["fragment"]}, region)


@pytest.fixture(scope="session")
def stack(built, packaged, layer):
    return Stack(layer, processed(packaged, built[2]), built[2])


@pytest.mark.parametrize("region", REGIONS)
def test_deployable(built, packaged, region):
    assert not findings(processed(packaged, built[2], region), region)


def test_resources(stack):
    assert set(stack.wanted()) == set(stack.resources)
    assert not [r for r in stack.resources.values() if not r["ResourceType"].startswith("AWS::")]


def test_code_was_uploaded(stack):
    functions = stack.of_type("AWS::Lambda::Function")
    assert functions
    for _, asked, name in functions:
        code = stack.client("s3").get_object(Bucket=asked["Code"]["S3Bucket"], Key=asked["Code"]["S3Key"])["Body"].read()
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            assert holds(archive.namelist(), asked["Runtime"], asked["Handler"]), name


def holds(files, runtime, handler):
    """Whether an archive has the file that a Handler refers to. The generate function's Handler refers to none."""
    if runtime.startswith("provided"):
        return "bootstrap" in files
    ending = ".js" if runtime.startswith("nodejs") else ".py"
    return handler == "star.generate" or handler.split(".")[0] + ending in files


@pytest.mark.parametrize("read", readback.ALL)
def test_as_asked(stack, read):
    assert not (found := list(read(stack))), json.dumps(found, indent=1)


def test_every_kind_is_there(stack):
    """The read-back is complete: no kind of resource is missing."""
    for kind in ("SQS::Queue", "Lambda::Function", "Lambda::EventSourceMapping", "IAM::Role", "Logs::LogGroup"):
        assert stack.of_type("AWS::" + kind), kind


def test_aws_cli_packages_the_same(built, packaged, moto):
    """aws cloudformation package uploads the same code, and the macro's result is the same for its output."""
    other = package(built, moto, TOOLS / "aws", "cloudformation", "package")
    assert without_code(processed(other, built[2])) == without_code(processed(packaged, built[2]))


def without_code(template):
    for resource in template["Resources"].values():
        resource.pop("Metadata", None)  # sam package notes there what a resource was called
        if resource["Type"] == "AWS::Lambda::Function":
            assert resource["Properties"].pop("Code")["S3Bucket"]
    return template["Resources"]
