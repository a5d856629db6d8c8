"""Threads for plain functions."""

import queue
import threading
from typing import Any, Callable


class Pool:
    """Runs a function with each of many arguments, in threads. It has no results: the
    futures of an executor cost more than a short handler."""

    def __init__(self, max_threads: int, run: Callable[[Any], None]) -> None:
        self._max_threads = max_threads
        self._run = run
        self._threads = 0
        self._waiting: "queue.SimpleQueue[Any]" = queue.SimpleQueue()

    def submit(self, argument: Any, concurrent: int) -> None:
        """Runs the function as soon as a thread is free. concurrent is the number of
        threads to use, including one for this argument; it is limited to
        max_threads."""
        self._waiting.put(argument)
        if self._threads < min(concurrent, self._max_threads):
            self._grow()

    def _grow(self) -> None:
        try:
            threading.Thread(target=self._work, name=f"item_{self._threads}", daemon=True).start()
        except RuntimeError:  # the system has no more threads
            if self._threads == 0:
                raise
            self._max_threads = self._threads
        else:
            self._threads += 1

    def _work(self) -> None:
        while True:
            self._run(self._waiting.get())
