"""SQS's Query protocol with the local queue: old clients get the same results as new ones."""

import gzip
import itertools
import json
import pathlib
import sys

import pytest

from conftest import BIN, ROOT, run
from servers import serving

HERE = pathlib.Path(__file__).parent
NEW = pathlib.Path(sys.executable).parent
OLD = BIN.parent / "oldaws/bin"


@pytest.fixture(scope="module")
def queues(tmp_path_factory):
    """The command of a server of local queues."""
    server = tmp_path_factory.mktemp("queues") / "server"
    run("go", "build", "-o", server, "./tests/bench/server")
    return lambda port: [server, "queue", port]


needs_old = pytest.mark.skipif(not OLD.is_dir(), reason="no AWS CLI that speaks the Query protocol is here")


@needs_old
def test_clients_of_either_protocol_see_the_same(queues):
    seen = {}
    for programs in OLD, NEW:
        with serving(queues) as url:
            said = json.loads(run(programs / "python", HERE / "sqs_calls.py", url))
        seen[said["protocol"]] = said["answers"]
    assert len({action for action, _ in seen["query"]}) == 21, "not every action was called"
    for old, new in zip(seen["query"], seen["json"], strict=True):
        assert old == new


@needs_old
def test_clis_of_either_protocol_reach_each_other(queues):
    body = " a&b<c>\"'\r\n\t]]> é 日本語 😀 "
    with serving(queues) as url:
        def aws(programs, *words):
            said = run(programs / "aws", "--endpoint-url", url, "--output", "json", "sqs", *words)
            return json.loads(said or "{}")

        queue = "--queue-url", aws(OLD, "create-queue", "--queue-name", "q", "--attributes", "VisibilityTimeout=60")["QueueUrl"]
        for sender, receiver in itertools.product([OLD, NEW], repeat=2):
            aws(sender, "send-message", *queue, "--message-body", body)
            [message] = aws(receiver, "receive-message", *queue)["Messages"]
            assert message["Body"] == body
            aws(receiver, "delete-message", *queue, "--receipt-handle", message["ReceiptHandle"])
        counts = aws(OLD, "get-queue-attributes", *queue, "--attribute-names", "All")["Attributes"]
        assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_passes_its_cases_by_the_last_sdk_of_the_query_protocol(tmp_path):
    for part in "mod", "sum":
        text = (ROOT / f"go.{part}").read_text() + (HERE / f"query.{part}").read_text()
        (tmp_path / f"go.{part}").write_text(text)
    run("go", "test", f"-modfile={tmp_path / 'go.mod'}", "-tags=querysdk", "-count=1", "-run=^(TestConformance|TestNoSendIsRepeated)$", "./local/queue/protocol")


@needs_old
def test_the_query_protocol_is_that_of_the_model(tmp_path):
    [zipped] = OLD.parent.glob("lib/python*/site-packages/botocore/data/sqs/2012-11-05/service-2.json.gz")
    model = tmp_path / "model.json"
    model.write_bytes(gzip.decompress(zipped.read_bytes()))
    run("go", "test", "-count=1", "-run=TestTablesAreTheModel", "./local/queue/query", STARJOB_TEST_SQS_MODEL=str(model))
