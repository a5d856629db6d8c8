"""Every golden and every sample, expanded, is CloudFormation that cfn-lint accepts in each partition."""

import pytest

from cloudformation import after_sam, as_packaged, findings, transforms
from conftest import REGIONS, ROOT, SAMPLES, expand
from templates import archived, load


def expansions():
    for golden in sorted((ROOT / "macro/expand/testdata").glob("*.txtar")):
        text = archived(golden, "out.yaml")
        if text is not None:
            yield pytest.param(golden.stem, text, id=golden.stem)


def check(template, region):
    left = [t for t in transforms(template) if "StarJob" in str(t)]
    assert not left, f"Transform still names {left}"
    assert not findings(after_sam(template, region), region)


# Goldens with something of the user's own that a partition does not have.
ELSEWHERE = {("events", "us-gov-west-1"): "function URLs"}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name, text", expansions())
def test_golden(name, text, region):
    if (name, region) not in ELSEWHERE:
        check(load(text), region)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_sample(sample, region):
    check(as_packaged(expand(sample)), region)


def test_there_are_goldens():
    assert len(list(expansions())) > 20
