"""StarJob's layer: every build is the same, and has the files where Lambda expects them."""

import shutil

import pytest

from conftest import ROOT, run
from lambda_host import invoke

LAYER = ROOT / ".build/layer"  # scripts/conformance has built it
MACHINES = {"x86_64": 62, "aarch64": 183}  # as ELF numbers them


def contents(folder):
    """All files of a folder: their modes and their bytes by their paths."""
    return {str(p.relative_to(folder)): (oct(p.stat().st_mode & 0o777), p.read_bytes())
            for p in folder.rglob("*") if p.is_file()}


def test_built_twice_is_the_same(tmp_path):
    """The environment of the build and existing files have no effect."""
    flags = "-tags=other '-ldflags=-X main.version=mine'"
    run(ROOT / "scripts/layer", tmp_path / "one")
    run(ROOT / "scripts/layer", tmp_path / "two", GOFLAGS=flags, GOAMD64="v3", CGO_ENABLED="1", GOOS="darwin")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_holds_no_rests():
    strange = [p for p in contents(LAYER) if "__pycache__" in p or "test" in p or p.endswith(".go")]
    assert not strange


@pytest.mark.parametrize("machine", MACHINES)
def test_dispatcher_is_of_its_machine(machine):
    head = (LAYER / f"starjob/{machine}/dispatcher").read_bytes()[:20]
    assert head[:4] == b"\x7fELF" and int.from_bytes(head[18:20], "little") == MACHINES[machine]


HANDLERS = {
    "node": ("index.js", "exports.work = async (data, generate, context) => { throw new RangeError(data.n + context.step) }"),
    "python3": ("index.py", "def work(data, generate, context):\n    raise LookupError(str(data['n']) + context.step)"),
}


@pytest.mark.parametrize("interpreter", HANDLERS)
def test_calls_a_handler(interpreter, tmp_path):
    """The built layer, with the command that Lambda gives its wrapper, finds the dispatcher, the host, and the handler."""
    if not shutil.which(interpreter):
        pytest.skip(f"{interpreter} is not installed")
    name, source = HANDLERS[interpreter]
    (tmp_path / name).write_text(source)
    opt = shutil.copytree(LAYER, tmp_path / "opt")  # Python writes files next to the modules that it imports
    kind, answer = invoke(
        [str(opt / "starjob/wrapper"), shutil.which(interpreter), "/var/runtime/bootstrap"], {"n": 7},
        LAMBDA_TASK_ROOT=str(tmp_path), STAR_JOB="Job", STAR_STEP="work", STAR_HANDLER="index.work",
        STAR_QUEUE="https://sqs.eu-west-1.amazonaws.com/123456789012/work",
        NODE_PATH=str(opt / "nodejs/node_modules"), PYTHONPATH=str(opt / "python"))
    assert kind == "error" and answer["errorMessage"].endswith("7work"), answer
