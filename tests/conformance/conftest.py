"""Fixtures of the conformance tests: StarJob's binaries and the real tools."""

import json
import os
import pathlib
import subprocess
import sys

import boto3
import pytest

from servers import serving

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["STARJOB_BIN"])  # scripts/conformance builds the binaries here
SAMPLES = sorted(p.parent for p in ROOT.glob("samples/*/template.yaml"))
REGIONS = ["eu-west-1", "us-gov-west-1", "cn-north-1"]

# The tests must not use the credentials and the region of the user.
AWS_ENV = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}
os.environ.update(AWS_ENV)
os.environ.pop("AWS_PROFILE", None)


@pytest.fixture(scope="session")
def moto():
    """moto's server; yields its URL."""
    with serving(lambda port: [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port], "/moto-api/") as url:
        yield url


@pytest.fixture(scope="session")
def code(moto):
    """moto, with an object that may be any function's code: key in the bucket code."""
    s3 = boto3.client("s3", endpoint_url=moto)
    s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="code", Key="key", Body=b"zip")
    return moto


@pytest.fixture(scope="session")
def layer(code):
    """moto, with StarJob's layer and the parameter that refers to it, as in the macro's stack."""
    arn = publish(code, "starjob", 1)
    boto3.client("ssm", endpoint_url=code).put_parameter(Name="/starjob/layer", Value=arn, Type="String", Overwrite=True)
    return code


def publish(moto, name, version):
    """Publishes versions of a layer up to one; returns its ARN."""
    client = boto3.client("lambda", endpoint_url=moto)
    for _ in range(version):
        made = client.publish_layer_version(LayerName=name, Content={"S3Bucket": "code", "S3Key": "key"})
    return made["LayerVersionArn"]


def run(*command, cwd=ROOT, **env):
    """Runs a command and returns what it printed; fails with all of its output."""
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command} exited {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def expand(template):
    """The output of `star expand` for a template, as a dictionary."""
    return json.loads(run(BIN / "star", "expand", "--format", "json", template))
