"""One item in its handler."""

import inspect
import json
import struct
import threading
from typing import Any, Callable, Dict, Optional

from ._context import Context
from ._errors import describe
from ._frames import Writer
from ._generate import Generating
from ._load import Handler
from ._logs import running


def _no_constant(name: str) -> Any:
    raise ValueError(f"the item is not JSON: {name}")


def check_ran(result: Any) -> None:
    """Raises TypeError for a generator: its code has not run."""
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        raise TypeError("the handler returned a generator, which never runs; remove yield from the handler")


_decoder = json.JSONDecoder(parse_constant=_no_constant)
_FEW_CALLS = 16  # with fewer open calls, the end of each call is written at once
_HEAD = struct.Struct(">II")


class Call:
    """One item, from its frame to the report of its end."""

    def __init__(self, body: bytes, writer: Writer, calls: "Dict[int, Call]", job: str, step: str) -> None:
        self.number, size = _HEAD.unpack_from(body)
        end = _HEAD.size + size
        self._data = body[end:]
        self._context = Context(job, step, body[_HEAD.size : end])
        self._writer = writer
        self._calls = calls
        self.generating = Generating(self.number, writer)
        self.on_cancel: Optional[Callable[[str], Any]] = None

    def run(self, handler: Handler, finish: "Callable[[Call, Any], None]") -> None:
        """Runs a plain function in this thread. A coroutine that it returns is
        passed to finish."""
        failure: Optional[BaseException] = None
        try:
            self.enter()
            result = self.begin(handler)
            if inspect.iscoroutine(result):
                finish(self, result)
                return
            check_ran(result)
        except BaseException as error:  # sys.exit() ends only the item
            failure = error
        if not self.generating.close():
            idle = threading.Event()
            self.generating.when_idle(idle.set)
            idle.wait()
        self.report(failure)

    def enter(self) -> None:
        """Attributes the logs of this thread or task to the item from now on."""
        running.set(self._context)
        if self._context.over:
            raise TimeoutError("the deadline passed before the handler started")

    def begin(self, handler: Handler) -> Any:
        """Calls the handler and returns its result."""
        return handler(self._decode(), self.generating, self._context)

    def _decode(self) -> Any:
        text = self._data.decode("utf-8", "replace")
        self._data = b""
        try:
            return _decoder.decode(text)
        except json.JSONDecodeError as error:
            raise json.JSONDecodeError(f"the item is not JSON: {error.msg}", error.doc, error.pos) from None

    def report(self, failure: Optional[BaseException]) -> None:
        """Reports how the item ended."""
        failure = self.generating.end() if failure is None else failure
        del self._calls[self.number]
        few = len(self._calls) < _FEW_CALLS
        if failure is None:
            self._writer.frame(b"D", self.number, b"", few)
        else:
            self._writer.frame(b"F", self.number, describe(failure), few)

    def cancel(self, message: str) -> None:
        """Cancels the handler: the deadline has passed."""
        self._context.cancel()
        if self.on_cancel is not None:
            self.on_cancel(message)
