"""Calls all actions of an SQS with the botocore of this interpreter, and prints the protocol and the responses as JSON.

    python sqs_calls.py URL
"""

import json
import re
import sys

import botocore.session
from botocore.exceptions import ClientError

TEXT = " a&b<c>\"'\r\n\t\r]]> é 日本語 😀\U0010ffff \u2028\x7f "
BINARY = bytes(range(256))


class Calls:
    def __init__(self, url):
        self.url = url
        self.answers = []
        self.client = botocore.session.get_session().create_client("sqs", endpoint_url=url)

    def __call__(self, action, **parameters):
        """Calls one action, and keeps the part of the response that is the same in every run."""
        try:
            answer = getattr(self.client, action)(**parameters)
            answer.pop("ResponseMetadata")
        except ClientError as e:
            answer = {k: e.response["Error"][k] for k in ("Code", "Message", "Type")}
            answer["Status"] = e.response["ResponseMetadata"]["HTTPStatusCode"]
        self.answers.append([action, self.lasting(answer)])
        return answer

    def lasting(self, value):
        """The part that is the same in every run. XML omits empty lists and maps."""
        if isinstance(value, dict):
            return {k: "some" if VOLATILE.search(k) else self.lasting(v) for k, v in value.items() if v not in ([], {})}
        if isinstance(value, list):
            return [self.lasting(v) for v in value]
        if isinstance(value, bytes):
            return value.hex()
        return value.replace(self.url, "URL") if isinstance(value, str) else value


VOLATILE = re.compile("^(MessageId|.*Handle|.*Timestamp|ApproximateNumberOfMessagesMoved)$")


def queues(call):
    dead = call("create_queue", QueueName="dead")["QueueUrl"]
    arn = call("get_queue_attributes", QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    url = call("create_queue", QueueName="q", Attributes={"VisibilityTimeout": "0", "RedrivePolicy": redrive}, tags={"k": "v"})["QueueUrl"]
    call("create_queue", QueueName="q", Attributes={"VisibilityTimeout": "1"})
    call("create_queue", QueueName="b&d")
    call("get_queue_url", QueueName="q")
    call("get_queue_url", QueueName="none")
    call("list_queues")
    call("list_queues", QueueNamePrefix="none")
    call("list_queues", MaxResults=1)
    call("list_dead_letter_source_queues", QueueUrl=dead)
    call("list_dead_letter_source_queues", QueueUrl=url)
    call("set_queue_attributes", QueueUrl=url, Attributes={"RedrivePolicy": "", "DelaySeconds": "0"})
    call("set_queue_attributes", QueueUrl=url, Attributes={"Colour": "red"})
    call("get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
    call("get_queue_attributes", QueueUrl=url)
    call("tag_queue", QueueUrl=url, Tags={"a": "", "b": "x y+z"})
    call("untag_queue", QueueUrl=url, TagKeys=["k", "none"])
    call("list_queue_tags", QueueUrl=url)
    call("get_queue_attributes", QueueUrl=url, AttributeNames=["Policy"])
    return url, dead, arn


def messages(call, url):
    attributes = {"text": {"DataType": "String", "StringValue": TEXT}, "bytes": {"DataType": "Binary.x", "BinaryValue": BINARY},
                  "number": {"DataType": "Number", "StringValue": "-1.50"}}
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}}
    call("send_message", QueueUrl=url, MessageBody=TEXT, MessageAttributes=attributes, MessageSystemAttributes=trace, DelaySeconds=0)
    call("receive_message", QueueUrl=url)
    call("receive_message", QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["t.*", "bytes"], VisibilityTimeout=0)
    [message] = call("receive_message", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=30)["Messages"]
    assert message["Body"] == TEXT and message["MessageAttributes"] == attributes, message
    call("change_message_visibility", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=20)
    call("change_message_visibility", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=43201)
    call("delete_message", QueueUrl=url, ReceiptHandle="none")
    call("delete_message", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    call("receive_message", QueueUrl=url, WaitTimeSeconds=1)
    call("receive_message", QueueUrl=url, MaxNumberOfMessages=11)
    for body in ["\x01", "", "x" * (1 << 20) + "y"]:
        call("send_message", QueueUrl=url, MessageBody=body)
    call("send_message", QueueUrl=url, MessageBody="b", MessageAttributes={"a": {"DataType": "String", "StringListValues": ["v"]}})
    call("send_message", QueueUrl=url + "x", MessageBody="b")


def batches(call, url):
    call("send_message_batch", QueueUrl=url, Entries=[
        {"Id": "a", "MessageBody": TEXT, "MessageAttributes": {"n": {"DataType": "Binary", "BinaryValue": BINARY}}},
        {"Id": "b", "MessageBody": "\x01"}, {"Id": "c", "MessageBody": "c", "DelaySeconds": 901}])
    call("send_message_batch", QueueUrl=url, Entries=[])
    call("send_message_batch", QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "b"}] * 2)
    call("send_message_batch", QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": "b"} for i in range(11)])
    [message] = call("receive_message", QueueUrl=url, VisibilityTimeout=30)["Messages"]
    handles = [{"Id": "a", "ReceiptHandle": message["ReceiptHandle"]}, {"Id": "b", "ReceiptHandle": "none"}]
    call("change_message_visibility_batch", QueueUrl=url, Entries=[{**h, "VisibilityTimeout": 9} for h in handles])
    call("delete_message_batch", QueueUrl=url, Entries=handles)


def fifo(call):
    url = call("create_queue", QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for _ in range(2):
        call("send_message", QueueUrl=url, MessageBody="b", MessageGroupId="g!&", MessageDeduplicationId="d")
    call("send_message", QueueUrl=url, MessageBody="b")
    call("receive_message", QueueUrl=url, AttributeNames=["All"], ReceiveRequestAttemptId="a", MaxNumberOfMessages=10)


def moves(call, url, dead, arn):
    call("set_queue_attributes", QueueUrl=url, Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})})
    for _ in range(3):
        call("send_message", QueueUrl=dead, MessageBody="b")
    task = call("start_message_move_task", SourceArn=arn, DestinationArn=arn.replace("dead", "q"), MaxNumberOfMessagesPerSecond=1)
    call("start_message_move_task", SourceArn=arn + "x")
    call("list_message_move_tasks", SourceArn=arn, MaxResults=1)
    call("cancel_message_move_task", TaskHandle=task["TaskHandle"])
    call("cancel_message_move_task", TaskHandle="none")


def main():
    call = Calls(sys.argv[1])
    url, dead, arn = queues(call)
    messages(call, url)
    batches(call, url)
    fifo(call)
    moves(call, url, dead, arn)
    for action in ("purge_queue", "purge_queue", "delete_queue", "delete_queue"):
        call(action, QueueUrl=url)
    print(json.dumps({"protocol": call.client.meta.service_model.metadata["protocol"], "answers": call.answers}))


main()
