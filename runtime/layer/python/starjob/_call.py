"""One item in its handler."""

import asyncio
import inspect
import json
import struct
import threading
from typing import Any, Awaitable, Callable, Dict, Optional

from ._context import Context
from ._errors import describe
from ._frames import Writer
from ._generate import Generating
from ._load import Handler
from ._logs import running


def _no_constant(name: str) -> Any:
    raise ValueError(f"the item is not JSON: {name}")


def _check_ran(result: Any) -> None:
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        raise TypeError("the handler returned a generator, of which nothing has run")


_decoder = json.JSONDecoder(parse_constant=_no_constant)
_FEW = 16  # open calls, so that each one's end is written at once
_HEAD = struct.Struct(">II")


class Call:
    """Runs the handler with one item, and tells the dispatcher how it ended."""

    def __init__(self, body: bytes, writer: Writer, calls: "Dict[int, Call]", job: str, step: str) -> None:
        self.number, size = _HEAD.unpack_from(body)
        end = _HEAD.size + size
        self._data = body[end:]
        self._context = Context(job, step, body[_HEAD.size : end])
        self._writer = writer
        self._calls = calls
        self._task: "Optional[asyncio.Task[None]]" = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self.generating = Generating(self.number, writer)

    def run(self, handler: Handler, loop: asyncio.AbstractEventLoop) -> None:
        """Runs a plain function in this thread."""
        running.set(self._context)
        failure: Optional[BaseException] = None
        try:
            self._check_time()
            result = handler(self._decode(), self.generating, self._context)
            if inspect.iscoroutine(result):  # of a decorated async function
                asyncio.run_coroutine_threadsafe(self._await(lambda: result), loop).result()
                return
            _check_ran(result)
        except BaseException as error:  # sys.exit() ends the item alone
            failure = error
        if not self.generating.close():
            idle = threading.Event()
            self.generating.when_idle(idle.set)
            idle.wait()
        self._tell(failure)

    async def run_async(self, handler: Handler) -> None:
        """Runs an async function in the loop."""
        await self._await(lambda: handler(self._decode(), self.generating, self._context))

    async def _await(self, start: Callable[[], Awaitable[Any]]) -> None:
        running.set(self._context)
        loop = asyncio.get_running_loop()
        failure: Optional[BaseException] = None
        self._loop, self._task = loop, asyncio.current_task()
        try:
            self._check_time()
            _check_ran(await start())
        except BaseException as error:
            failure = error
        self._task = None  # what follows must not be cancelled
        if not self.generating.close():
            idle = asyncio.Event()
            self.generating.when_idle(lambda: loop.call_soon_threadsafe(idle.set))
            await idle.wait()
        # A refusal travels through gather and tasks by a turn of the loop each.
        for _ in range(3 if self.generating.refused else 0):
            await asyncio.sleep(0)
        self._tell(failure)

    def _check_time(self) -> None:
        if self._context.over:
            raise TimeoutError("the time was over before the handler began")

    def _decode(self) -> Any:
        text = self._data.decode("utf-8", "replace")
        self._data = b""
        try:
            return _decoder.decode(text)
        except json.JSONDecodeError as error:
            raise json.JSONDecodeError(f"the item is not JSON: {error.msg}", error.doc, error.pos) from None

    def _tell(self, failure: Optional[BaseException]) -> None:
        failure = self.generating.end() if failure is None else failure
        del self._calls[self.number]
        few = len(self._calls) < _FEW
        if failure is None:
            self._writer.frame(b"D", self.number, b"", few)
        else:
            self._writer.frame(b"F", self.number, describe(failure), few)

    def cancel(self, message: str) -> None:
        """The time is over."""
        self._context.cancel()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel_task, message)

    def _cancel_task(self, message: str) -> None:
        if self._task is not None:
            self._task.cancel(message)
