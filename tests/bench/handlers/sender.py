"""Sends prepared batches with the SDK, and prints the duration in seconds.

python sender.py ITEMS CONNECTIONS
"""

import concurrent.futures
import json
import os
import sys
import time

import boto3
from botocore.config import Config

BODY = json.dumps({"n": 500000, "text": "x" * 78}, separators=(",", ":"))
DEPTH = {"star.depth": {"DataType": "Number", "StringValue": "1"}}
ENTRIES = [{"Id": str(i), "MessageBody": BODY, "MessageAttributes": DEPTH} for i in range(10)]


def main():
    items, connections = int(sys.argv[1]), int(sys.argv[2])
    client = boto3.client("sqs", config=Config(max_pool_connections=connections))

    def send(_):
        answer = client.send_message_batch(QueueUrl=os.environ["STAR_QUEUE"], Entries=ENTRIES)
        assert len(answer["Successful"]) == 10

    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(connections) as threads:
        list(threads.map(send, range(items // 10)))
    print(time.perf_counter() - began)


main()
