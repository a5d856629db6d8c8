"""What IAM would answer: each role may do what the runtime does, and nothing to a neighbour's queue."""

import ast
import json
import uuid

import boto3
import botocore.config
import botocore.exceptions
import pytest

from cloudformation import after_sam
from conftest import BIN
from lambda_host import transform
from templates import load

JOB = """
Resources:
  Job:
    Type: Star::Job
    Properties:
      Function: {Runtime: provided.al2023, Code: {S3Bucket: code, S3Key: key}}
      Steps:
        extract: {Generates: [transform]}
        transform: {Generates: [load]}
        load: {Generates: []}
"""
STEPS = {"extract": "transform", "transform": "load", "load": None}
# IAM authorizes a batch call as its single-message action; moto checks it as a separate action.
BATCHED = ("sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")


def with_batches(template):
    for resource in template["Resources"].values():
        for policy in resource.get("Properties", {}).get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                actions = [actions] if isinstance(actions, str) else actions
                statement["Action"] = actions + [a + "Batch" for a in actions if a in BATCHED]
    return template


@pytest.fixture(scope="module")
def job(moto, code):
    """The job's stack in moto, with IAM switched on: role and queue clients by step."""
    response = transform(BIN / "macro", load(JOB))
    assert response["status"] == "success", response
    template = with_batches(after_sam(response["fragment"], "eu-west-1"))
    cloudformation = boto3.client("cloudformation", endpoint_url=moto)
    stack = f"roles-{uuid.uuid4()}"
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
    resources = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in
                 cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]}
    put_again(boto3.client("iam", endpoint_url=moto), [r for name, r in resources.items() if name.endswith("Role")])
    sts = boto3.client("sts", endpoint_url=moto)
    account = sts.get_caller_identity()["Account"]
    clients = {}
    for role in ("JobExtractRole", "JobTransformRole", "JobLoadRole", "JobGenerateRole"):
        keys = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{resources[role]}", RoleSessionName="session")["Credentials"]
        clients[role] = boto3.client("sqs", endpoint_url=moto, aws_access_key_id=keys["AccessKeyId"],
                                     aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"],
                                     config=botocore.config.Config(retries={"total_max_attempts": 1}))
    urls = {step: resources[f"Job{step.title()}Queue"] for step in STEPS}
    dead = {step: resources[f"Job{step.title()}DeadLetterQueue"] for step in STEPS}
    switch_iam(moto, 0)
    yield clients, urls, dead
    switch_iam(moto, 10**9)


def put_again(iam, roles):
    """moto's evaluator cannot read policies in the form that its CloudFormation leaves them in."""
    for role in roles:
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            if isinstance(document, str):  # written as Python, not as JSON
                document = ast.literal_eval(document)
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def switch_iam(moto, unchecked):
    """moto lets this many calls pass before it asks IAM."""
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(
        f"{moto}/moto-api/reset-auth", data=str(unchecked).encode(), headers={"content-type": "text/plain"})).read()


def allowed(call, **arguments):
    try:
        call(**arguments)
        return True
    except botocore.exceptions.ClientError as error:
        # moto writes IAM's refusal in XML, of which a JSON client sees the status and the body.
        refused = error.response["ResponseMetadata"]["HTTPStatusCode"] == 403 and "not authorized" in str(error)
        return not refused  # if the service itself refuses the call, IAM has allowed it


def entries(**more):
    return [{"Id": "a", **more}]


def consumes(client, url):
    """The actions on its queue that a role may perform."""
    return [
        allowed(client.receive_message, QueueUrl=url),
        allowed(client.delete_message, QueueUrl=url, ReceiptHandle="r"),
        allowed(client.get_queue_attributes, QueueUrl=url, AttributeNames=["QueueArn"]),
        allowed(client.change_message_visibility_batch, QueueUrl=url,
                Entries=entries(ReceiptHandle="r", VisibilityTimeout=1)),
    ]


def sends(client, url):
    return allowed(client.send_message_batch, QueueUrl=url, Entries=entries(MessageBody="1"))


@pytest.mark.parametrize("step", STEPS)
def test_own_queue(job, step):
    clients, urls, dead = job
    client = clients[f"Job{step.title()}Role"]
    assert consumes(client, urls[step]) == [True] * 4
    assert sends(client, dead[step])


@pytest.mark.parametrize("step", STEPS)
def test_only_what_it_generates(job, step):
    clients, urls, dead = job
    client = clients[f"Job{step.title()}Role"]
    for other in STEPS:
        assert sends(client, urls[other]) == (other == STEPS[step]), other


@pytest.mark.parametrize("step", STEPS)
def test_no_neighbour(job, step):
    clients, urls, dead = job
    client = clients[f"Job{step.title()}Role"]
    for other in set(STEPS) - {step}:
        assert consumes(client, urls[other]) == [False] * 4, other
        assert not sends(client, dead[other])


def test_generate_sends_everywhere_and_reads_nothing(job):
    clients, urls, dead = job
    client = clients["JobGenerateRole"]
    for step in STEPS:
        assert sends(client, urls[step])
        assert consumes(client, urls[step]) == [False] * 4
        assert not sends(client, dead[step])
