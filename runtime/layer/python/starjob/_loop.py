"""Runs async handlers, which share one event loop. Plain functions do not use this
module, because importing asyncio takes a quarter of the time that the host needs to
start."""

import asyncio
import collections
import threading
from typing import Any, Awaitable, Callable, Deque, Dict, Optional, Set

from ._call import Call, check_ran
from ._generate import note_unhandled
from ._load import Handler


class Loop:
    """The event loop, in its own thread."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._new: Deque[Call] = collections.deque()  # calls that the loop has not started
        self._called = False
        self._tasks: "Set[asyncio.Task[None]]" = set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._turn, name="items", daemon=True).start()

    def start(self, call: Call) -> None:
        """Runs the handler with an item."""
        self._new.append(call)
        if not self._called:  # waking the loop is expensive
            self._called = True
            self._loop.call_soon_threadsafe(self._begin)

    def finish(self, call: Call, result: Awaitable[Any]) -> None:
        """Waits for a coroutine that a plain function has returned."""
        asyncio.run_coroutine_threadsafe(_run(call, lambda: result), self._loop).result()

    def _begin(self) -> None:
        self._called = False
        while self._new:
            call = self._new.popleft()
            task = self._loop.create_task(_run(call, lambda call=call: call.begin(self._handler)))  # type: ignore[misc]
            self._tasks.add(task)  # the loop has only weak references to tasks
            task.add_done_callback(self._tasks.discard)

    def _turn(self) -> None:
        self._loop.set_exception_handler(_in_loop)
        while True:
            try:
                self._loop.run_forever()
            except (SystemExit, KeyboardInterrupt):
                continue  # of a task that a handler has created


def _in_loop(loop: asyncio.AbstractEventLoop, context: Dict[str, Any]) -> None:
    if not note_unhandled(context.get("exception")):
        loop.default_exception_handler(context)


async def _run(call: Call, start: Callable[[], Awaitable[Any]]) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    failure: Optional[BaseException] = None
    call.on_cancel = lambda message: loop.call_soon_threadsafe(_cancel, call, task, message)
    try:
        call.enter()
        check_ran(await start())
    except BaseException as error:
        failure = error
    call.on_cancel = None  # the rest must not be cancelled
    if not call.generating.close():
        idle = asyncio.Event()
        call.generating.when_idle(lambda: loop.call_soon_threadsafe(idle.set))
        await idle.wait()
    # A refusal takes one turn of the loop to pass through gather or a task.
    for _ in range(3 if call.generating.refused else 0):
        await asyncio.sleep(0)
    call.report(failure)


def _cancel(call: Call, task: "Optional[asyncio.Task[None]]", message: str) -> None:
    if task is not None and call.on_cancel is not None:
        task.cancel(message)
