"""The samples that need AWS services, run on this machine against moto's."""

import json
import subprocess
import sys

import boto3
import pytest

from conftest import BIN, ROOT, free_port, run, wait_for

SERVER = """
import sys
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
"""


@pytest.fixture(scope="module")
def aws():
    """A moto that answers one request at a time: its Kinesis loses records that are put concurrently."""
    with free_port() as port:
        pass
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/moto-api/")
        yield url
    finally:
        server.kill()
        server.wait()


def bucket(aws, name, objects):
    s3 = boto3.client("s3", endpoint_url=aws)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key, body in objects.items():
        s3.put_object(Bucket=name, Key=key, Body=body)
    return s3


def star_run(aws, sample, overrides):
    run(BIN / "star", "run", ROOT / "samples" / sample, "--parameter-overrides", overrides,
        "--env", f"AWS_ENDPOINT_URL={aws}")


def records(aws, stream):
    kinesis = boto3.client("kinesis", endpoint_url=aws, region_name="us-east-1")
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


def test_replay_sends_every_event(aws):
    events = {f"ledger/{n:04}.json": [{"object": n, "event": e} for e in range(n % 7)] for n in range(150)}
    bucket(aws, "ledger", {**{k: json.dumps(v) for k, v in events.items()}, "other/0.json": '[{"object": -1}]'})
    # star run stands in us-east-1, whatever the region of this terminal.
    boto3.client("kinesis", endpoint_url=aws, region_name="us-east-1").create_stream(StreamName="events", ShardCount=2)
    star_run(aws, "replay", "Bucket=ledger Prefix=ledger/ Stream=events")
    sent = {json.dumps(r, sort_keys=True) for r in records(aws, "events")}
    assert sent == {json.dumps(e, sort_keys=True) for group in events.values() for e in group}


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
