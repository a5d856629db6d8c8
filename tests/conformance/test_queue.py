"""Runs the cases of the local queue with independent servers, and expects exactly the known differences."""

import shutil
import subprocess
import sys

import pytest

from conftest import BIN, ROOT, run
from servers import serving

ELASTICMQ = BIN.parent / "elasticmq"
FAUXQS = BIN.parent / "node" / "node_modules"


def moto(port):
    return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]


def elasticmq(port):
    settings = {"node-address.host": "127.0.0.1", "node-address.port": port, "rest-sqs.bind-hostname": "127.0.0.1",
                "rest-sqs.bind-port": port, "rest-sqs.sqs-limits": "strict", "rest-stats.enabled": "false"}
    return ["java", *[f"-D{k}={v}" for k, v in settings.items()], "-cp", ELASTICMQ / "*", "org.elasticmq.server.Main"]


def fauxqs(port):
    return [node(), ROOT / "tests/bench/npm/fauxqs.mjs", FAUXQS, port]


def node():
    """A Node of 22.5 or newer, which fauxqs needs: that of the machine, or the one in .tools/."""
    for candidate in ["node", *BIN.parent.glob("node22/node_modules/node-*/bin/node")]:
        if not shutil.which(candidate):
            continue
        version = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True).stdout
        if tuple(map(int, version.strip().removeprefix("v").split(".")[:2])) >= (22, 5):
            return candidate
    return None


@pytest.mark.parametrize("server", [moto, elasticmq, fauxqs], ids=lambda s: s.__name__)
def test_differs_as_listed(server):
    if server is elasticmq and not (shutil.which("java") and ELASTICMQ.is_dir()):
        pytest.skip("no Java and Maven: ElasticMQ is not installed")
    if server is fauxqs and not (FAUXQS.is_dir() and node()):
        pytest.skip("no npm: fauxqs is not installed")
    with serving(server) as url:
        run("go", "test", "-count=1", "-run=TestConformanceElsewhere", "./local/queue/protocol",
            STARJOB_TEST_SQS_ENDPOINT=url, STARJOB_TEST_SQS_NAME=server.__name__, AWS_REGION="us-east-1")
