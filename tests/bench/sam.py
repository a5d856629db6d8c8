"""Translates a template with the SAM translator, and prints the duration in seconds.

Reads JSON from standard input. The benchmarks start it with the Python of
.tools/venv, which scripts/conformance makes.
"""

import json
import os
import sys
import time

from samtranslator.translator.transform import transform

REGION = "eu-west-1"


class ManagedPolicies:
    """The managed policies that SAM looks up in an account."""

    def load(self):
        names = ["service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess"]
        return {n.split("/")[-1]: f"arn:aws:iam::aws:policy/{n}" for n in names}


def translate(text):
    return json.dumps(transform(json.loads(text), {"AWS::Region": REGION}, ManagedPolicies()))


def seconds(text):
    began = time.perf_counter()
    translate(text)
    return time.perf_counter() - began


def main():
    os.environ["AWS_DEFAULT_REGION"] = REGION
    text = sys.stdin.read()
    translate(text)  # what is slow only the first time
    print(min(seconds(text) for _ in range(10)))


main()
