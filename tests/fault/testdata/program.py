"""The fault suite's program in Python: the same as program_test.go."""

import asyncio
import http.client
import json
import logging
import os
import time
import urllib.parse

from starjob import GenerateError, drop, retry_after


def work(data, generate, context):
    delivery = delivery_of(data, context)
    script = json.loads(report("began", delivery))
    invocations = [invocation_of(delivery, **child) for child in script["generate"]]
    if script["together"]:
        generate(invocations)
    else:
        for one in invocations:
            generate(one)
    behave(script)
    then = script["then"]
    if then == "slow":
        context.cancelled.wait()
        raise RuntimeError("the time is over")
    if then in ("yields", "deaf"):
        context.cancelled.wait()
    if then == "yields":
        return
    if then == "blocks":
        time.sleep(max(0, context.remaining()))
    if then in ("deaf", "blocks"):
        time.sleep(script["pause"] / 1000)
        try:
            generate(invocation_of(delivery, "work", "late", group="late"))
            report("late", delivery)
        except GenerateError:
            pass  # expected
    report("handled", delivery)


async def work_async(data, generate, context):
    delivery = delivery_of(data, context)
    script = json.loads(await asyncio.to_thread(report, "began", delivery))
    invocations = [invocation_of(delivery, **child) for child in script["generate"]]
    if script["together"]:
        await generate(invocations)
    else:
        for one in invocations:
            accepted = generate(one)
            if not script["loose"]:
                await accepted
    behave(script)
    then = script["then"]
    if then == "slow":
        await asyncio.sleep(60)
    if then in ("yields", "deaf"):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if then == "yields":
                return
            await asyncio.sleep(script["pause"] / 1000)
    if then == "blocks":
        time.sleep(max(0, context.remaining()) + script["pause"] / 1000)
    if then in ("deaf", "blocks"):
        try:
            await generate(invocation_of(delivery, "work", "late", group="late"))
            await asyncio.to_thread(report, "late", delivery)
        except GenerateError:
            pass  # expected
    await asyncio.to_thread(report, "handled", delivery)


def delivery_of(data, context):
    if not isinstance(data, dict):
        raise TypeError(f"this is no item: {data}")
    return f"{context.message_id}.{context.attempt}"


def invocation_of(by, step, id, group=None, delay=0, pad=0, text=False):
    data = f"{id} {by}" if text else {"ID": id, "By": by, "Pad": "x" * pad}
    return {"step": step, "data": data, "delay": delay, "group": group or ""}


def behave(script):
    then = script["then"]
    if then == "fails":
        raise ValueError("as planned")
    if then == "drops":
        raise drop(ValueError("as planned"))
    if then == "retries":
        raise retry_after(0, ValueError("as planned"))
    if then == "panics":
        raise KeyboardInterrupt("as planned")
    if then == "exits":
        raise SystemExit("as planned")
    if then == "quits":
        os._exit(3)


address = urllib.parse.urlparse(os.environ["STARJOB_FAULT_REPORT"])


def report(what, delivery):
    """Reports to the test, and returns its answer."""
    while True:
        try:
            connection = http.client.HTTPConnection(address.netloc)
            connection.request("POST", f"{address.path}/{what}/{delivery}")
            text = connection.getresponse().read()
            connection.close()
            return text
        except (OSError, http.client.HTTPException):
            logging.exception("the test does not answer")
            time.sleep(0.01)
