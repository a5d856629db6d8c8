"""The simplest function in Python. It implements the Runtime API itself, decodes the items of a batch, and reports
failures."""

import http.client
import json
import os
import traceback

PATH = "/2018-06-01/runtime/invocation/"


def call(connection, method, path, body=None):
    connection.request(method, PATH + path, body)
    response = connection.getresponse()
    return response.headers, response.read()


def handle(item):
    pass


def main():
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        headers, event = call(connection, "GET", "next")
        failures = []
        for record in json.loads(event)["Records"]:
            try:
                handle(json.loads(record["body"]))
            except Exception:
                traceback.print_exc()
                failures.append({"itemIdentifier": record["messageId"]})
        reply = json.dumps({"batchItemFailures": failures}, separators=(",", ":"))
        call(connection, "POST", headers["Lambda-Runtime-Aws-Request-Id"] + "/response", reply)


main()
