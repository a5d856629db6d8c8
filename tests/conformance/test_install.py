"""The template that installs the macro: the real SAM CLI builds and packages it, and the result is deployable."""

import uuid
import zipfile

import boto3
import pytest

from cloudformation import after_sam, findings
from conftest import BIN, REGIONS, ROOT, run
from templates import load

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


def test_code_holds_an_executable_bootstrap(packaged, moto, tmp_path):
    uri = packaged["Resources"]["Function"]["Properties"]["CodeUri"]
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    boto3.client("s3", endpoint_url=moto).download_file(bucket, key, str(tmp_path / "code.zip"))
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        bootstrap = archive.getinfo("bootstrap")
        assert bootstrap.external_attr >> 16 & 0o111
        assert archive.read("bootstrap")[:4] == b"\x7fELF"
