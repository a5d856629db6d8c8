"""The cases of the tests, as async functions."""

import asyncio
import logging
import os
import sys

import plain
import starjob
from starjob import drop, retry_after


async def generates(data, generate, context):
    await generate({"step": "a", "data": {"n": 1}})
    await generate("b", delay=1.5, group="g")


async def order(data, generate, context):
    for n in range(5):
        await generate("a", n)


async def unawaited(data, generate, context):
    for n in range(3):
        generate("a", n)


async def snapshot(data, generate, context):
    value = {"n": 1}
    accepted = generate("a", value)
    value["n"] = 2
    await accepted


async def caught(data, generate, context):
    try:
        await generate("bad")
    except starjob.GenerateError as error:
        await generate("a", [True, type(error).__name__, error.reason, error.step])


async def caught_late(data, generate, context):
    outcome = generate("bad")
    await generate("a")
    try:
        await outcome
    except starjob.GenerateError:
        pass


async def unhandled(data, generate, context):
    generate("bad")


async def unhandled_all(data, generate, context):
    asyncio.gather(generate("a"), generate("bad"))


async def own_error_wins(data, generate, context):
    generate("bad")
    raise TypeError("boom")


async def not_json_unhandled(data, generate, context):
    generate("a", {1})


async def loop(data, generate, context):
    for n in range(data["count"]):
        await generate("a", n)


async def swallows(data, generate, context):
    for n in range(3):
        try:
            await generate("a", n)
        except starjob.GenerateError:
            pass


async def not_plain(data, generate, context):
    await generate("a")
    refused = 0
    for other in plain.NOT_PLAIN:
        try:
            await generate(other)
        except starjob.GenerateError:
            refused += 1
    await generate("a", refused)


async def waits(data, generate, context):
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        generate("a")
        raise TimeoutError("the time is over")


async def blocks(data, generate, context):
    while True:
        pass


async def logs(data, generate, context):
    log = logging.getLogger("own")
    log.info("one")
    await asyncio.sleep(0)
    log.error("two\nlines")
    log.debug("three")


async def later_unhandled(data, generate, context):
    plain.KEPT[-1]("a")


async def throws_outside(data, generate, context):
    async def outside():
        raise TypeError("outside")

    asyncio.ensure_future(outside())
    await asyncio.sleep(0)


async def exits_outside(data, generate, context):
    async def outside():
        sys.exit(3)

    asyncio.ensure_future(outside())
    await asyncio.sleep(0.01)


CASES = {
    "generates": generates,
    "order": order,
    "unawaited": unawaited,
    "snapshot": snapshot,
    "caught": caught,
    "caughtLate": caught_late,
    "unhandled": unhandled,
    "unhandledAll": unhandled_all,
    "ownErrorWins": own_error_wins,
    "notJSONUnhandled": not_json_unhandled,
    "loop": loop,
    "swallows": swallows,
    "notPlain": not_plain,
    "waits": waits,
    "blocks": blocks,
    "hangs": lambda *_: asyncio.sleep(3600),
    "logs": logs,
    "laterUnhandled": later_unhandled,
    "throwsOutside": throws_outside,
    "exitsOutside": exits_outside,
}


async def handler(data, generate, context):
    result = CASES.get(data["case"], plain.CASES.get(data["case"]))(data, generate, context)
    if asyncio.iscoroutine(result) or asyncio.isfuture(result):
        await result
