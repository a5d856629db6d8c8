"""Mermaid reads the flowcharts of `star graph`."""

import json
import re
import subprocess

import pytest

from conftest import BIN, ROOT, SAMPLES, run
from templates import archived

MODULES = BIN.parent / "npm/node_modules"

# Names with a meaning in Mermaid, or that could end a label.
ODD = """
Transform: StarJob
Resources:
  {resource}:
    Type: AWS::Lambda::Function
    Properties: {{Environment: {{Variables: {{QUEUE: !GetAtt {job}.{step}.Queue.Url}}}}}}
  {job}:
    Type: Star::Job
    Properties:
      Function: {{Runtime: provided.al2023, Code: {{S3Bucket: bucket, S3Key: key}}}}
      Steps: {{{step}: {{Generates: [{step}]}}}}
  Other:
    Type: Star::Job
    Properties:
      Function: {{Runtime: provided.al2023, Code: {{S3Bucket: bucket, S3Key: key}}}}
      Queue: {{RedrivePolicy: {{deadLetterTargetArn: {dead}, maxReceiveCount: 3}}}}
      Steps: {{{step}: {{}}}}
"""
KEYWORDS = ["end", "default", "graph", "flowchart", "subgraph", "class", "classDef", "style", "linkStyle", "click", "href", "call", "direction",
            "o", "x", "o1", "x1", "LR", "TD", "v"]
ENDS = ["end-", "x--x", "o_o", "a-", "graph-", "A" * 60]
LABELS = ['"', "`a`", "a]:::b", "%%{init: {}}%%", "\n  end\n", "#quot;", "&amp;", "<b>", "--> x", "|", "1. a", "_a_", "$$x$$", "fa:fa-car", "@{shape: x}", "é世界",
          "\\", "arn:aws:sqs:::a.b"]


def odd(number, label):
    names = {"job": KEYWORDS[number % len(KEYWORDS)], "step": (KEYWORDS + ENDS)[number % len(KEYWORDS + ENDS)]}
    return ODD.format(resource=json.dumps("user " + label), dead=json.dumps(label), **names)


def templates():
    """Every template to draw, by name."""
    found = {f"sample {s.name}": (s / "template.yaml").read_text() for s in SAMPLES}
    for golden in sorted((ROOT / "cli/graph/testdata").glob("*.txtar")):
        found[f"graph {golden.stem}"] = archived(golden, "in.yaml")
    for golden in sorted((ROOT / "macro/expand/testdata").glob("*.txtar")):
        # Templates whose parameters have no defaults are drawn from their expansions.
        if archived(golden, "out.yaml"):
            found[f"expand {golden.stem}"] = archived(golden, "out.yaml" if archived(golden, "parameters.json") else "in.yaml")
    for number in range(max(len(LABELS), len(KEYWORDS + ENDS))):
        found[f"odd {number}"] = odd(number, LABELS[number % len(LABELS)])
    return found


@pytest.fixture(scope="module")
def flowcharts(tmp_path_factory):
    """The output of `star graph`, by the template's name."""
    drawn = {}
    for name, text in templates().items():
        template = tmp_path_factory.mktemp("graph") / "template.yaml"
        template.write_text(text)
        drawn[name] = run(BIN / "star", "graph", template)
    return drawn


def read(flowcharts):
    """The nodes and edges that Mermaid reads in flowcharts, by their names."""
    if not (MODULES / "mermaid").exists():
        pytest.skip("no npm to install Mermaid with")
    program = ROOT / "tests/conformance/flowcharts.mjs"
    done = subprocess.run(["node", program, MODULES], input=json.dumps(flowcharts), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def mermaid(flowcharts):
    """The nodes and edges that Mermaid reads in the flowcharts, by the template's name."""
    return read(flowcharts)


@pytest.mark.parametrize("name", templates())
def test_mermaid_reads_what_is_drawn(flowcharts, mermaid, name):
    drawn, found = flowcharts[name], mermaid[name]
    assert "error" not in found, f"{found['error']}\n{drawn}"
    assert found["type"] == "flowchart-v2"
    assert sorted(found["nodes"]) == sorted(re.findall(r"^ +(\w+)[(\[]", drawn, re.M))
    assert found["edges"] == [list(e) for e in re.findall(r'^  (\w+) (?:-->|-\.->)(?:\|".*?"\|)? (\w+)$', drawn, re.M)]
    assert sorted(found["frames"]) == sorted(re.findall(r"^ +subgraph (\w+)\[", drawn, re.M))


def test_mermaid_reports_syntax_errors():
    assert "error" in read({"bad": "flowchart LR\n  end --> a\n"})["bad"]


def test_mermaid_reads_the_pictures_of_the_docs():
    pages = [ROOT / "README.md", ROOT / "DESIGN.md", *sorted((ROOT / "docs").glob("*.md"))]
    pictures = {
        f"{page.name} {number}": picture
        for page in pages
        for number, picture in enumerate(re.findall(r"^```mermaid\n(.*?)^```$", page.read_text(), re.M | re.S))
    }
    assert len(pictures) >= 4
    assert [(name, found["error"]) for name, found in read(pictures).items() if "error" in found] == []
