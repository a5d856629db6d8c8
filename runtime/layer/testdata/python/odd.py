"""Handlers with unusual behavior, one for each case."""

import asyncio
import builtins
import datetime
import decimal
import sys

from starjob import drop


class Rude(Exception):
    """Its message cannot be read."""

    def __str__(self):
        raise SystemExit("no text")


class Odd(dict):
    def items(self):
        raise KeyError("no items")


def fail(error):
    raise error


def loop():
    error = ValueError("of itself")
    error.__cause__ = error
    raise error


def generator(generate):
    yield generate("a")


async def async_generator(generate):
    yield generate("a")


def cycle():
    data = {}
    data["data"] = data
    return data


def nested():
    data = []
    for _ in range(100_000):
        data = [data]
    return data


def huge_number(generate):
    if not hasattr(sys, "get_int_max_str_digits"):
        raise KeyError("not in this version")
    generate("a", 10**5000)


def own_loop(generate, *steps):
    async def main():
        for step in steps:
            generate(step)

    asyncio.run(main())


def own_loop_awaited(generate):
    async def main():
        await generate("a")

    asyncio.run(main())


def group(*errors):
    if not hasattr(builtins, "ExceptionGroup"):
        raise KeyError("not in this version")
    raise ExceptionGroup("two of them", errors)


CASES = {
    "raisesClass": lambda generate: fail(ValueError),
    "raisesRude": lambda generate: fail(Rude()),
    "raisesLoop": lambda generate: loop(),
    "raisesHuge": lambda generate: fail(ValueError("x" * (2 << 20))),
    "raisesHalf": lambda generate: fail(ValueError("half \ud800")),
    "raisesInterrupt": lambda generate: fail(KeyboardInterrupt()),
    "raisesStop": lambda generate: fail(StopIteration("done")),
    "raisesCancelled": lambda generate: fail(asyncio.CancelledError("mine")),
    "raisesExit": lambda generate: fail(GeneratorExit()),
    "dropsNothing": lambda generate: fail(drop()),
    "dropsInGroup": lambda generate: group(KeyError(), drop(ValueError("no use"))),
    "generator": generator,
    "asyncGenerator": async_generator,
    "bigNumber": lambda generate: generate("a", 2**53 + 1) and None,
    "hugeNumber": lambda generate: huge_number(generate),
    "date": lambda generate: generate("a", datetime.datetime(2020, 1, 1)) and None,
    "decimal": lambda generate: generate("a", decimal.Decimal(1)) and None,
    "bytes": lambda generate: generate("a", b"x") and None,
    "keys": lambda generate: generate("a", {1: None, None: True, 1.5: 2}) and None,
    "nan": lambda generate: generate("a", {"a": [float("inf")]}) and None,
    "cycle": lambda generate: generate("a", cycle()) and None,
    "nested": lambda generate: generate("a", nested()) and None,
    "raisesInEncoder": lambda generate: generate("a", Odd(a=1)) and None,
    "infiniteDelay": lambda generate: generate("a", delay=float("inf")) and None,
    "noDelay": lambda generate: generate("a", delay=float("nan")) and None,
    "hugeDelay": lambda generate: generate("a", delay=10**400) and None,
    "ownLoop": lambda generate: own_loop(generate, "a", "b"),
    "ownLoopAwaited": own_loop_awaited,
    "ownLoopRefused": lambda generate: own_loop(generate, "bad"),
}


def handler(data, generate, context):
    return CASES[data["case"]](generate)
