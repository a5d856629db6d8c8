"""A handler where the system has few threads."""

import threading

start, started = threading.Thread.start, []


def start_few(thread):
    if len(started) == 2:
        raise RuntimeError("can't start new thread")
    started.append(thread)
    start(thread)


threading.Thread.start = start_few


def handler(data, generate, context):
    generate("a", len(started))
