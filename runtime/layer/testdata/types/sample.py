"""Uses all of the API; the type checker must have nothing to say, but where an
error is expected."""

from typing import Any

import starjob
from starjob import Cancelled, Context, Generate, GenerateError, Invocation, drop, retry_after


def plan(data: Any, generate: Generate, context: Context) -> None:
    page: Invocation = {"step": "execute", "data": {"number": 1}, "delay": 5, "group": "g"}
    generate(page)
    generate([page, {"step": "a"}])
    generate("execute", {"number": 2}, delay=0.5, group="g")
    if context.remaining() < 1 or context.cancelled.is_set():
        raise retry_after(60, TimeoutError("no time"))
    print(context.job, context.step, context.message_id, context.attempt + context.depth, context.request_id)
    if context.first_sent is not None:
        print(context.first_sent.isoformat())


async def execute(data: Any, generate: Generate, context: Context) -> None:
    cancelled: Cancelled = context.cancelled
    try:
        await generate("report", data)
    except GenerateError as error:
        raise ValueError(f"{error.step}: {error.reason}") from drop(error)
    if cancelled.wait(0.1):
        raise starjob.drop("too late")


def wrong(data: Any, generate: Generate, context: Context) -> None:
    generate({"data": 1})  # type: ignore[call-overload]
