"""The cases of the tests, as plain functions."""

import logging
import os
import subprocess
import sys
import threading
import time

import starjob
from starjob import Context, Generate, drop, retry_after


KEPT = []  # the generate functions of items that have ended


class Own(Exception):
    pass


def boom():
    raise TypeError("boom")


def drops_cause():
    raise Own("outer") from drop(ValueError("inner"))


def fail(error):
    raise error


def generates(data, generate, context):
    generate({"step": "a", "data": {"n": 1}})
    generate("b", delay=1.5, group="g")


def order(data, generate, context):
    for n in range(5):
        generate("a", n)


def caught(data, generate, context):
    try:
        generate("bad")
    except starjob.GenerateError as error:
        generate("a", [True, type(error).__name__, error.reason, error.step])


def in_thread(data, generate, context):
    thread = threading.Thread(target=generate, args=("bad",))
    thread.start()
    thread.join()


def tell(data, generate: Generate, c: Context):
    generate("a", [c.job, c.step, c.message_id, c.attempt, c.depth, int(c.first_sent.timestamp() * 1000 + 0.5),
                   c.request_id, c.cancelled.is_set(), c.remaining() > 1e6])


def loop(data, generate, context):
    for n in range(data["count"]):
        generate("a", n)


def swallows(data, generate, context):
    for n in range(3):
        try:
            generate("a", n)
        except starjob.GenerateError:
            pass


def forks(data, generate, context):
    child = os.fork()
    if child == 0:
        try:
            generate("a")
            os._exit(1)
        except starjob.GenerateError as error:
            os._exit(7 if error.reason == "NotSent" else 2)
    generate("a", os.WEXITSTATUS(os.waitpid(child, 0)[1]))


NOT_PLAIN = [{"step": "b"}, {"step": "a", "delay": 1}, {"step": "a", "group": "g"}, {"step": "a", "data": "x" * (16 << 10)}]


def not_plain(data, generate, context):
    generate("a")
    refused = 0
    for other in NOT_PLAIN:
        try:
            generate(other)
        except starjob.GenerateError:
            refused += 1
    generate("a", refused)


def waits(data, generate, context):
    context.cancelled.wait()
    try:
        generate("a")
    except starjob.GenerateError:
        pass
    raise TimeoutError("the time is over")


def blocks(data, generate, context):
    while True:
        pass


def prints(data, generate, context):
    sys.stdout.write("half a line ")
    print("to print")


def logs(data, generate, context):
    log = logging.getLogger("own")
    log.info("one")
    log.error("two\nlines")
    log.debug("three")


def late(data, generate, context):
    KEPT.append(generate)


def later_unhandled(data, generate, context):
    thread = threading.Thread(target=KEPT[-1], args=("a",))
    thread.start()
    thread.join()


def throws_outside(data, generate, context):
    thread = threading.Thread(target=boom)
    thread.start()
    thread.join()


CASES = {
    "done": lambda *_: "is ignored",
    "throws": lambda *_: boom(),
    "own": lambda *_: fail(Own("mine")),
    "drops": lambda *_: fail(drop(ValueError("no use"))),
    "dropsText": lambda *_: fail(drop("no use")),
    "dropsCause": lambda *_: drops_cause(),
    "dropsInRetry": lambda *_: fail(retry_after(5, drop("no use"))),
    "retriesInDrop": lambda *_: fail(drop(retry_after(5, "later"))),
    "retriesTwice": lambda *_: fail(retry_after(5, retry_after(90, "later"))),
    "retries": lambda *_: fail(retry_after(90, ValueError("later"))),
    "retriesBadly": lambda *_: fail(retry_after("90")),
    "retriesNever": lambda *_: fail(retry_after(float("inf"))),
    "generates": generates,
    "list": lambda _, generate, __: generate([{"step": "a", "data": 1}, {"step": "b", "data": []}]) and None,
    "empty": lambda _, generate, __: generate([]) and None,
    "order": order,
    "refused": lambda _, generate, __: generate("bad"),
    "refusedInList": lambda _, generate, __: generate([{"step": "bad1"}, {"step": "a"}, {"step": "bad2"}]),
    "caught": caught,
    "unhandledInThread": in_thread,
    "notJSON": lambda _, generate, __: generate("a", {1}),
    "notANumber": lambda _, generate, __: generate("a", float("nan")),
    "notAnInvocation": lambda _, generate, __: generate(7),
    "badDelay": lambda _, generate, __: generate("a", delay="5"),
    "badGroup": lambda _, generate, __: generate("a", group=5),
    "context": tell,
    "echo": lambda data, generate, _: generate("a", data["value"]) and None,
    "length": lambda data, generate, _: generate("a", len(data["value"])) and None,
    "many": lambda data, generate, _: generate([{"step": "a", "data": data.get("text", n)} for n in range(data["count"])]) and None,
    "loop": loop,
    "swallows": swallows,
    "forks": forks,
    "notPlain": not_plain,
    "waits": waits,
    "exits": lambda *_: os._exit(3),
    "sysExits": lambda *_: sys.exit(3),
    "blocks": blocks,
    "hangs": lambda *_: time.sleep(3600),
    "prints": prints,
    "logs": logs,
    "childHasSocket": lambda _, generate, __: generate("a", subprocess.call(["sh", "-c", "true >&3"], close_fds=False, stderr=subprocess.DEVNULL) == 0) and None,
    "late": late,
    "later": lambda *_: KEPT[-1]("a"),
    "laterUnhandled": later_unhandled,
    "throwsOutside": throws_outside,
}


def handler(data, generate, context):
    return CASES[data["case"]](data, generate, context)
