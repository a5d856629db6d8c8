"""Runs the samples that need AWS services locally, with moto."""

import json
import sys

import boto3
import pytest

from conftest import BIN, ROOT, run
from servers import serving
from throttle import throttling

MODULES = BIN.parent / "npm/node_modules"

SERVER = """
import sys
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
"""


@pytest.fixture(scope="module")
def aws():
    """A moto that answers one request at a time: its Kinesis loses records that are put concurrently."""
    with serving(lambda port: [sys.executable, "-c", SERVER, port], "/moto-api/") as url:
        yield url


def bucket(aws, name, objects):
    s3 = boto3.client("s3", endpoint_url=aws)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key, body in objects.items():
        s3.put_object(Bucket=name, Key=key, Body=body)
    return s3


def stream(aws, name, shards):
    boto3.client("kinesis", endpoint_url=aws).create_stream(StreamName=name, ShardCount=shards)


def star_run(aws, sample, overrides, *env):
    flags = [word for e in (f"AWS_ENDPOINT_URL={aws}", *env) for word in ("--env", e)]
    run(BIN / "star", "run", ROOT / "samples" / sample, "--parameter-overrides", overrides, *flags)


def records(aws, stream):
    kinesis = boto3.client("kinesis", endpoint_url=aws)
    found = []
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while True:
            page = kinesis.get_records(ShardIterator=iterator, Limit=10_000)
            found += [json.loads(r["Data"]) for r in page["Records"]]
            if not page["Records"]:
                break
            iterator = page["NextShardIterator"]
    return found


def canonical(events):
    return {json.dumps(e, sort_keys=True) for e in events}


@pytest.fixture(params=["replay", "replay-js"])
def replay(request):
    """The sample in each of its languages, with additional variables for its environment."""
    if request.param == "replay":
        return request.param, ()
    if not MODULES.exists():
        pytest.skip("no npm to install the AWS SDK for JavaScript with")
    return request.param, (f"NODE_PATH={MODULES}",)  # Lambda's runtime includes the SDK


def test_replay_sends_every_event(aws, replay):
    sample, env = replay
    ledger, again = f"{sample}-ledger", f"{sample}-events"
    events = {f"ledger/{n:04}.json": [{"object": n, "event": e, "large": 2**60 + e} for e in range(n % 7)] for n in range(150)}
    bucket(aws, ledger, {**{k: json.dumps(v) for k, v in events.items()}, "other/0.json": '[{"object": -1}]'})
    stream(aws, again, 2)
    star_run(aws, sample, f"Bucket={ledger} Prefix=ledger/ Stream={again}", *env)
    assert canonical(records(aws, again)) == canonical(e for group in events.values() for e in group)


def test_replay_outlasts_a_stream_that_throttles(aws, replay):
    """All of thousands of records arrive in a stream that refuses every third one."""
    sample, env = replay
    busy, slow = f"{sample}-busy", f"{sample}-slow"
    events = {f"{n:03}.json": [{"object": n, "event": e} for e in range(100)] for n in range(40)}
    bucket(aws, busy, {k: json.dumps(v) for k, v in events.items()})
    stream(aws, slow, 4)
    with throttling(aws, every=3) as (kinesis, counts):
        star_run(aws, sample, f"Bucket={busy} Stream={slow}", f"AWS_ENDPOINT_URL_KINESIS={kinesis}", *env)
    assert canonical(records(aws, slow)) == canonical(e for group in events.values() for e in group)
    assert counts["refused"] > 1000, counts  # it did throttle
    assert counts["calls"] > 40, counts


def test_etl_reads_and_writes_s3(aws):
    source = {f"p{n}/{name}.go": f"package p{n}\n\n// {name.title()} is documented.\nfunc {name.title()}() {{}}\n"
              for n in range(12) for name in ("one", "two")}
    s3 = bucket(aws, "source", source)
    bucket(aws, "figures", {})
    star_run(aws, "etl", "Source=s3://source Destination=s3://figures")
    for n in range(12):
        figures = json.loads(s3.get_object(Bucket="figures", Key=f"p{n}/measures.json")["Body"].read())
        assert (figures["package"], figures["files"], figures["exported"], figures["documented"]) == (f"p{n}", 2, 2, 2)
    assert len(s3.list_objects_v2(Bucket="figures")["Contents"]) == 12


def test_etl_python_reads_and_writes_s3(aws):
    s3 = bucket(aws, "texts", {f"books/{n}.txt": "one two two three three three\n" * n for n in range(12)})
    bucket(aws, "counts", {})
    star_run(aws, "etl-python", "Source=s3://texts Destination=s3://counts")
    for n in range(12):
        figures = json.loads(s3.get_object(Bucket="counts", Key=f"books/{n}.txt.json")["Body"].read())
        assert (figures["lines"], figures["words"], figures["different"]) == (n, 6 * n, 3 * min(n, 1))
    assert len(s3.list_objects_v2(Bucket="counts")["Contents"]) == 12
