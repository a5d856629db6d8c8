"""Settings that no golden has together, as a stack: conditions that are true or false, and all settings of a queue and an event source mapping."""

import json

import pytest

import readback
from cloudformation import after_sam
from conftest import BIN
from lambda_host import transform
from stack import Stack
from templates import load

TEMPLATE = load("""
Transform: StarJob
Parameters: {Stage: {Type: String}, Most: {Type: Number, Default: 7}, Batch: {Type: Number, Default: 50}}
Conditions: {Live: !Equals [!Ref Stage, live]}
Resources:
  Job:
    Type: Star::Job
    Properties:
      Function: {Runtime: provided.al2023, Code: {S3Bucket: code, S3Key: key}, Environment: {Variables: {STAGE: !If [Live, l, t]}}}
      Name: !Sub settings-${Stage}
      Tags: {Stage: !Ref Stage}
      Retry: {MaxAttempts: !Ref Most, MinDelay: 2, MaxDelay: 60}
      Steps:
        a:
          Generates: [b]
          Queue: {DelaySeconds: 5, MessageRetentionPeriod: 3600, MaximumMessageSize: 2048, ReceiveMessageWaitTimeSeconds: 3}
          EventSource:
            BatchSize: !Ref Batch
            MaximumBatchingWindowInSeconds: 4
            ScalingConfig: {MaximumConcurrency: 9}
            FilterCriteria: {Filters: [{Pattern: '{"body": {"kind": ["a"]}}'}]}
            Enabled: !If [Live, true, false]
          Function: {Timeout: 30, MemorySize: 512}
        b: {Generates: [], Queue: {SqsManagedSseEnabled: true}, EventSource: {Enabled: false}}
  Extra:
    Type: Star::Job
    Condition: Live
    Properties: {Function: {Runtime: provided.al2023, Code: {S3Bucket: code, S3Key: key}}, Steps: {c: {}}}
""")


@pytest.fixture(scope="module", params=["live", "test"])
def stack(request, code):
    parameters = {"Stage": request.param, "Most": "7", "Batch": "50"}
    response = transform(BIN / "macro", TEMPLATE, parameters)
    assert response["status"] == "success", response
    return Stack(code, after_sam(response["fragment"], "eu-west-1"), parameters)


def test_condition_decides(stack):
    assert ("ExtraCQueue" in stack.resources) == (stack.parameters["Stage"] == "live")
    assert set(stack.wanted()) == set(stack.resources)


@pytest.mark.parametrize("read", readback.ALL)
def test_as_asked(stack, read):
    assert not (found := list(read(stack))), json.dumps(found, indent=1)


def changed(value):
    """The same with every last value changed."""
    if isinstance(value, dict):
        return {k: changed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [changed(v) for v in value]
    return not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else str(value) + "-changed"


@pytest.mark.parametrize("read", [r for r in readback.ALL if r is not readback.environment])
def test_a_difference_is_noticed(stack, read, monkeypatch):
    """Tests the comparison: with a stack of other settings, each kind of resource differs."""
    found = stack.of_type
    monkeypatch.setattr(stack, "of_type", lambda kind: [(p, changed(asked), n) for p, asked, n in found(kind)])
    assert len(list(read(stack))) >= len(found({
        readback.queues: "AWS::SQS::Queue", readback.functions: "AWS::Lambda::Function", readback.roles: "AWS::IAM::Role",
        readback.mappings: "AWS::Lambda::EventSourceMapping", readback.logs: "AWS::Logs::LogGroup"}[read]))
