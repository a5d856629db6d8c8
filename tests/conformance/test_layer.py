"""StarJob's layer: the same each time that it is built, and with what Lambda needs where Lambda looks for it."""

import os
import subprocess

import pytest

from conftest import ROOT, run

LAYER = ROOT / ".build/layer"  # scripts/conformance has built it
MACHINES = {"x86_64": 62, "aarch64": 183}  # as ELF numbers them


def contents(folder):
    """All files of a folder: their modes and their bytes by their paths."""
    return {str(p.relative_to(folder)): (oct(p.stat().st_mode & 0o777), p.read_bytes())
            for p in folder.rglob("*") if p.is_file()}


def test_built_twice_is_the_same(tmp_path):
    """Whatever the person who builds it has set, and whatever lies about."""
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


def test_imported_by_node_and_python():
    """The package is found as the managed runtimes find it: by NODE_PATH and PYTHONPATH."""
    env = {**os.environ, "NODE_PATH": str(LAYER / "nodejs/node_modules"), "PYTHONPATH": str(LAYER / "python")}
    for command in (["node", "-e", "require('starjob').drop(new Error('x'))"],
                    ["python3", "-c", "import starjob; starjob.drop(ValueError('x'))"]):
        try:
            done = subprocess.run(command, env=env, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip(f"{command[0]} is not installed")
        assert done.returncode == 0, done.stderr
