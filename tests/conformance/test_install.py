"""The template that installs the macro: the real SAM CLI builds and packages it, and the result is deployable."""

import contextlib
import io
import json
import uuid
import zipfile

import boto3
import pytest

from cloudformation import SAM as TRANSFORM, after_sam, findings
from conftest import BIN, REGIONS, ROOT, run
from stack import Stack
from templates import load
from test_layer import LAYER, contents

SAM = BIN.parent / "venv/bin/sam"


@pytest.fixture(scope="module")
def packaged(moto, tmp_path_factory):
    work = tmp_path_factory.mktemp("install")
    run(SAM, "validate", "--template", ROOT / "template.yaml", AWS_ENDPOINT_URL=moto)
    run(SAM, "build", "--template", ROOT / "template.yaml", "--build-dir", work / "build", cwd=work)
    bucket = f"code-{uuid.uuid4()}"
    boto3.client("s3", endpoint_url=moto).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    run(SAM, "package", "--template-file", work / "build/template.yaml", "--s3-bucket", bucket,
        "--output-template-file", work / "packaged.yaml", cwd=work, AWS_ENDPOINT_URL=moto)
    return load((work / "packaged.yaml").read_text())


@pytest.mark.parametrize("region", REGIONS)
def test_deployable(packaged, region):
    assert not findings(after_sam(packaged, region), region)


def test_macro_is_named_starjob(packaged):
    macros = [r for r in packaged["Resources"].values() if r["Type"] == "AWS::CloudFormation::Macro"]
    assert [m["Properties"]["Name"] for m in macros] == ["StarJob"]


def test_code_holds_an_executable_bootstrap(packaged, moto):
    uri = packaged["Resources"]["Function"]["Properties"]["CodeUri"]
    with zipfile.ZipFile(io.BytesIO(uploaded(moto, uri))) as archive:
        bootstrap = archive.getinfo("bootstrap")
        assert bootstrap.external_attr >> 16 & 0o111
        assert archive.read("bootstrap")[:4] == b"\x7fELF"


def test_the_layer_is_packaged(packaged, moto):
    """Paths as Lambda unpacks them at /opt, with modes that allow all users to read and run them."""
    body = uploaded(moto, packaged["Resources"]["Layer"]["Properties"]["ContentUri"])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {i.filename: (oct(i.external_attr >> 16 & 0o777), archive.read(i)) for i in archive.infolist()}
        assert {i.date_time[0] for i in archive.infolist()} == {1980}  # and not when it was built
    assert files == contents(LAYER)
    programs = {"starjob/wrapper", "starjob/x86_64/dispatcher", "starjob/aarch64/dispatcher"}
    assert {p for p, (mode, _) in files.items() if mode == "0o755"} == programs
    assert {mode for p, (mode, _) in files.items() if p not in programs} == {"0o644"}
    assert {"nodejs/node_modules/starjob/package.json", "python/starjob/__init__.py"} < set(files)
    assert len(body) < 20_000_000  # function and layers may have 250 MB, unpacked: little of it is StarJob's


def uploaded(moto, uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return boto3.client("s3", endpoint_url=moto).get_object(Bucket=bucket, Key=key)["Body"].read()


def test_no_change_publishes_no_version(packaged, moto, tmp_path):
    """The key depends only on the files, so that a layer with the same files is the same resource."""
    for path, (mode, data) in reversed(contents(LAYER).items()):
        (tmp_path / "layer" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "layer" / path).write_bytes(data)
    layer = {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "layer"}}
    (tmp_path / "template.json").write_text(json.dumps({"Transform": TRANSFORM, "Resources": {"Layer": layer}}))
    uri = packaged["Resources"]["Layer"]["Properties"]["ContentUri"]
    written = run(SAM, "package", "--template-file", tmp_path / "template.json", "--s3-bucket", uri.split("/")[2],
                  cwd=tmp_path, AWS_ENDPOINT_URL=moto)
    assert uri in written


def test_the_macro_and_all_know_the_layer(packaged, moto):
    """The stack's layer is what the macro's function and the SSM parameter name."""
    ssm = boto3.client("ssm", endpoint_url=moto)
    with contextlib.suppress(ssm.exceptions.ParameterNotFound):
        ssm.delete_parameter(Name="/starjob/layer")  # of another test
    stack = Stack(moto, after_sam(packaged, "eu-west-1"))
    [(arn, asked, _)] = stack.of_type("AWS::Lambda::LayerVersion")
    assert asked["LayerName"] == "starjob"
    assert ssm.get_parameter(Name="/starjob/layer")["Parameter"]["Value"] == arn
    [(function, _, _)] = stack.of_type("AWS::Lambda::Function")
    variables = stack.client("lambda").get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    assert variables == {"STARJOB_LAYER": arn}


def test_versions_stay(packaged):
    """Deployed jobs keep the version of their deployment."""
    [version] = [r for r in after_sam(packaged, "eu-west-1")["Resources"].values() if r["Type"] == "AWS::Lambda::LayerVersion"]
    assert version["DeletionPolicy"] == version.get("UpdateReplacePolicy", "Retain") == "Retain"
