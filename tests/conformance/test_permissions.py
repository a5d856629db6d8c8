"""What IAM would answer for each role: every action that the runtime performs is allowed, and nothing else.

The answers come from moto's evaluator, over the policies that a created stack's roles have."""

import json

import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from cloudformation import after_sam
from conftest import BIN, ROOT
from lambda_host import transform
from readback import document
from stack import Stack
from templates import load

SHAPES = load((ROOT / "tests/conformance/permissions.yaml").read_text())

READ = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
SEND = ["sqs:SendMessage"]
LOG = ["logs:CreateLogStream", "logs:PutLogEvents"]
KEY = ["kms:Decrypt", "kms:GenerateDataKey"]
NEVER = ["sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "logs:DeleteLogGroup", "kms:ScheduleKeyDeletion",
         "lambda:InvokeFunction", "iam:PassRole"]


@pytest.fixture(scope="module", params=SHAPES)
def shape(request, layer):
    template = SHAPES[request.param]["template"]
    response = transform(BIN / "macro", template)
    assert response["status"] == "success", response
    stack = Stack(layer, after_sam({"Transform": template["Transform"], **response["fragment"]}, "eu-west-1"))
    return stack, SHAPES[request.param]["roles"]


def policies(stack, logical_id):
    iam, role = stack.client("iam"), stack.ref(logical_id)
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [document(iam.get_role_policy(RoleName=role, PolicyName=n)["PolicyDocument"]) for n in names]
    for d in documents:  # moto leaves null if a branch of Fn::If is AWS::NoValue
        d["Statement"] = [s for s in d["Statement"] if s is not None]
    return [IAMPolicy(json.dumps(d)) for d in documents]


def allowed(stack, role):
    """All (action, logical ID) that a role is allowed, of all actions and resources of the stack."""
    held = policies(stack, role)
    found = set()
    for name, resource in stack.resources.items():
        arn = arn_of(stack, name, resource["ResourceType"])
        for action in READ + SEND + LOG + KEY + NEVER:
            answers = [p.is_action_permitted(action, arn) for p in held]
            if PermissionResult.PERMITTED in answers and PermissionResult.DENIED not in answers:
                found.add((action, name))
    return found


def arn_of(stack, name, kind):
    attributes = ("AWS::SQS::Queue", "AWS::Logs::LogGroup", "AWS::KMS::Key", "AWS::Lambda::Function", "AWS::IAM::Role")
    return stack.get_att([name, "Arn"]) if kind in attributes else f"arn:aws:{name}"


def wanted(role):
    pairs = [(READ, role.get("reads")), (LOG, role.get("logs")), *((SEND, q) for q in role.get("sends", [])),
             *((KEY, k) for k in role.get("keys", []))]
    return {(action, resource) for actions, resource in pairs if resource for action in actions}


def test_roles_are_listed(shape):
    stack, roles = shape
    assert set(roles) == {n for n, r in stack.template["Resources"].items() if r["Type"] == "AWS::IAM::Role"}


def test_allowed_is_what_is_needed(shape):
    stack, roles = shape
    for name, role in roles.items():
        assert allowed(stack, name) == wanted(role), name
