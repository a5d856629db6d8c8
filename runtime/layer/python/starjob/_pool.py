"""Threads for plain functions."""

import queue
import threading
from typing import Any, Callable


class Pool:
    """Runs a function with each of many things, in threads. It does no more than
    that: the futures of an executor cost more than a short handler."""

    def __init__(self, most: int, run: Callable[[Any], None]) -> None:
        self._most = most
        self._run = run
        self._threads = 0
        self._waiting: "queue.SimpleQueue[Any]" = queue.SimpleQueue()

    def submit(self, thing: Any, together: int) -> None:
        """Runs it as soon as a thread is free. So many are to run together, this
        one included, but no more than the most."""
        self._waiting.put(thing)
        if self._threads < min(together, self._most):
            self._grow()

    def _grow(self) -> None:
        try:
            threading.Thread(target=self._work, name=f"item_{self._threads}", daemon=True).start()
        except RuntimeError:  # the system has no more
            if self._threads == 0:
                raise
            self._most = self._threads
        else:
            self._threads += 1

    def _work(self) -> None:
        while True:
            self._run(self._waiting.get())
