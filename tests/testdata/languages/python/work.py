"""The scripted handlers of the language tests: an item says what it does."""

import asyncio
import logging
import os
import sys
import threading
import time

from starjob import GenerateError, drop, retry_after

lock = threading.Lock()
meetings = {}  # by name: who is there, and what ends the wait


def raising(data):
    """What plain and async handlers do in the same way: everything that waits for nothing."""
    do = data["do"]
    if do in ("fail", "reject"):
        raise TypeError(data["text"])
    if do == "drop":
        raise drop(KeyError(data["text"]) if data.get("key") else ValueError(data["text"]))
    if do == "dropNothing":
        raise drop()
    if do == "retry":
        raise retry_after(data["after"], RuntimeError("not yet"))
    if do == "log":
        logging.getLogger("work").warning(data["text"])
    elif do == "noise":
        sys.stdout.write("half a line")
        sys.stdout.flush()
        sys.stderr.write("half a line")
        sys.stderr.flush()
    elif do == "exit":
        os._exit(3)
    elif do != "ok":
        return False
    return True


def refusable(data):
    item = data["item"]
    if data.get("size"):
        item["data"] = "x" * data["size"]
    if data.get("unencodable"):
        item["data"] = {1, 2}
    return item


def reason(error):
    return {"step": "next", "data": {"reason": error.reason, "step": error.step, "message": str(error)}}


def about(context):
    sent = context.first_sent
    return {"step": "next", "data": {
        "job": context.job, "step": context.step, "messageId": context.message_id, "attempt": context.attempt,
        "depth": context.depth, "firstSent": round(sent.timestamp() * 1000) if sent else 0}}


def handle(data, generate, context):
    if raising(data):
        return
    do = data["do"]
    if do in ("generate", "unawaited"):
        for item in data["items"]:
            generate(item)
    elif do == "together":
        generate(data["items"])
    elif do == "many":
        for i in range(data["n"]):
            generate("next", i)
    elif do == "refused":
        try:
            generate(refusable(data))
        except GenerateError as error:
            generate(reason(error))
    elif do == "generateAndFail":
        generate(data["items"])
        raise TypeError(data["text"])
    elif do == "meet":
        with lock:
            barrier = meetings.setdefault(data["name"], threading.Barrier(data["n"]))
        barrier.wait()
    elif do == "generateNothing":
        generate([])
    elif do == "obey":
        context.cancelled.wait()
    elif do == "deaf":
        time.sleep(60)
    elif do == "late":
        context.cancelled.wait()
        try:
            generate("next", "too late")
        except GenerateError as error:
            logging.error("refused: %s", error.reason)
            raise
    elif do == "about":
        generate(about(context))
    else:
        raise KeyError(do)


async def handle_async(data, generate, context):
    if raising(data):
        return
    do = data["do"]
    if do == "generate":
        for item in data["items"]:
            await generate(item)
    elif do == "unawaited":
        for item in data["items"]:
            generate(item)
    elif do == "together":
        await generate(data["items"])
    elif do == "many":
        for i in range(data["n"]):
            await generate("next", i)
    elif do == "refused":
        try:
            await generate(refusable(data))
        except GenerateError as error:
            await generate(reason(error))
    elif do == "generateAndFail":
        await generate(data["items"])
        raise TypeError(data["text"])
    elif do == "meet":
        there, event = meetings.setdefault(data["name"], ([], asyncio.Event()))
        there.append(1)
        if len(there) == data["n"]:
            event.set()
        await event.wait()
    elif do == "generateNothing":
        await generate([])
    elif do == "obey":
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass
    elif do == "deaf":
        await asyncio.sleep(60)
    elif do == "late":
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            assert context.cancelled.is_set()
        try:
            await generate("next", "too late")
        except GenerateError as error:
            logging.error("refused: %s", error.reason)
            raise
    elif do == "about":
        await generate(about(context))
    else:
        raise KeyError(do)
