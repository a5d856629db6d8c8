"""Every golden and every sample, expanded, is CloudFormation that cfn-lint accepts in each partition."""

import pytest

from cloudformation import EXPLAINED, SAM, after_sam, as_packaged, findings, matches, transforms
from conftest import REGIONS, ROOT, SAMPLES, expand
from templates import archived, load

GOLDENS = {g.stem: text for g in sorted((ROOT / "macro/expand/testdata").glob("*.txtar")) if (text := archived(g, "out.yaml"))}

# Goldens with settings of the user that a partition does not support.
ELSEWHERE = {("events", "us-gov-west-1"): "function URLs"}


def check(template, regions=REGIONS):
    left = [t for t in transforms(template) if "StarJob" in str(t)]
    assert not left, f"Transform still names {left}"
    if SAM in transforms(template):  # SAM's result differs by partition
        assert not [f for region in regions for f in findings(after_sam(template, region), region)]
    else:
        assert not findings(template, *regions)


@pytest.mark.parametrize("name", GOLDENS)
def test_golden(name):
    check(load(GOLDENS[name]), [r for r in REGIONS if (name, r) not in ELSEWHERE])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_sample(sample):
    check(as_packaged(expand(sample)))


@pytest.mark.parametrize("code", EXPLAINED)
def test_explanation_is_needed(code):
    _, golden = EXPLAINED[code]
    assert code in {m.rule.id for m in matches(load(GOLDENS[golden]), *REGIONS)}


def test_there_are_goldens():
    assert len(GOLDENS) > 20
