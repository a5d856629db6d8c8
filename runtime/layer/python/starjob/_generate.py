"""The generate function of one call."""

import collections
import sys
import threading
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Deque, Dict, Generator, List, Optional, Set, Tuple, Union

from ._api import GenerateError
from ._encode import Item, encode, invocations, refusal, step_of
from ._frames import Writer

if TYPE_CHECKING:
    import asyncio

# The maximum number of unanswered items of a call in the socket, and of their bytes.
# The dispatcher has room for as many, so it never stops reading.
_MAX_UNANSWERED_ITEMS = 1024
_MAX_UNANSWERED_BYTES = 1 << 20
# A plain item has at most this many bytes, no delay and no group. If the dispatcher has
# accepted one plain item of a step, it refuses no other one of the same call for a
# reason of its own: it is not too large, and its depth is the same.
_PLAIN_BYTES = 16 << 10

_forked = False


def forked() -> None:
    """Marks this process as a forked child of the host, which cannot generate."""
    global _forked
    _forked = True


class _Ticket:
    """Waits for the answers to one call of generate."""

    def __init__(self, count: int) -> None:
        self.open = count
        self.error: Optional[GenerateError] = None
        self._answered = threading.Lock()
        self._answered.acquire()

    def settle(self) -> None:
        self._answered.release()

    settle_here = settle

    def result(self) -> Awaitable[None]:
        self._answered.acquire()
        if self.error is not None:
            raise self.error
        return _Accepted()


class _Accepted:
    """An awaitable, for plain functions that an async function calls."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


class _AsyncTicket(_Ticket):
    def __init__(self, count: int, loop: "asyncio.AbstractEventLoop") -> None:
        self.open = count
        self.error = None
        self._loop = loop
        self.future: "asyncio.Future[None]" = loop.create_future()

    def settle(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self.settle_here)
        except RuntimeError:
            pass  # the handler has closed its own loop

    def settle_here(self) -> None:
        """Settles the ticket in the thread of its loop."""
        if self.future.done():
            return  # cancelled
        if self.error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(self.error)

    def result(self) -> Awaitable[None]:
        return self.future

    def is_unhandled(self) -> bool:
        """Reports whether the error was not retrieved yet. asyncio warns about such
        a future, unless its loop was closed."""
        return not self.future.done() or getattr(self.future, "_log_traceback", False)

    def handle(self) -> None:
        """Prevents the warning of asyncio about an error that was not retrieved."""
        if self.future.done() and not self.future.cancelled():
            self.future.exception()


class Generating:
    """The items that one call generates. All methods may be called in any thread."""

    def __init__(self, number: int, writer: Writer) -> None:
        self._number = number
        self._writer = writer
        self._lock = threading.RLock()
        self._waiting: Deque[Tuple[Item, _Ticket]] = collections.deque()  # not written to the socket yet
        # Written and unanswered. The ticket is None if it was already settled.
        self._sent: Deque[Tuple[Item, Optional[_Ticket]]] = collections.deque()
        self._accepted_steps: Set[bytes] = set()  # steps of which the dispatcher has accepted a plain item
        # The refusal of an item whose ticket was already settled: it is too late, or an item was lost.
        self._late_refusal: Optional[GenerateError] = None
        self._bytes = 0
        self._closed = False
        self._ended = False
        self._idle: Optional[Callable[[], Any]] = None
        self._refused: List[_AsyncTicket] = []
        self._unhandled_refusal: Optional[BaseException] = None

    def __call__(self, *args: Any, **options: Any) -> Awaitable[None]:
        listed = invocations(args, options)
        if _forked:
            step = step_of(listed[0]) if listed else ""
            raise refusal("NotSent", step, "a forked process cannot generate; send the items to the handler's process and generate them there")
        ticket = _ticket(len(listed))
        if not listed:
            ticket.settle()
        for invocation in listed:
            self._add(invocation, ticket)
        return ticket.result()

    # Encodes the data at once, so that the handler may change it afterwards.
    def _add(self, invocation: Any, ticket: _Ticket) -> None:
        try:
            item = encode(invocation)
        except GenerateError as error:
            item, refused = None, error
        with self._lock:
            if self._closed:
                item, refused = None, refusal("Ended", step_of(invocation), "called too late: the item's handler has already returned")
            elif self._late_refusal is not None:
                item, refused = None, self._late_refusal
            if item is None:
                self._refuse(ticket, refused)
            else:
                self._waiting.append((item, ticket))
                self._pump(ticket)

    # own is a ticket of this thread. An item that will not be refused is settled without
    # waiting for the answer, which saves a loop two context switches for each item.
    def _pump(self, own: Optional[_Ticket] = None) -> None:
        while self._waiting:
            item, ticket = self._waiting[0]
            full = len(self._sent) >= _MAX_UNANSWERED_ITEMS or self._bytes + len(item.data) > _MAX_UNANSWERED_BYTES
            if full and self._sent:
                return
            self._waiting.popleft()
            assumed = item.step in self._accepted_steps and _is_plain(item)
            self._sent.append((item, None if assumed else ticket))
            self._bytes += len(item.data)
            self._writer.generate(self._number, item.step, item.delay, item.group, item.data, not assumed)
            if assumed:
                self._settle(ticket, ticket is own)

    def on_accepted(self, count: int) -> None:
        """The dispatcher has accepted the next items."""
        with self._lock:
            for _ in range(min(count, len(self._sent))):
                item, ticket = self._next()
                if ticket is None:
                    continue
                if _is_plain(item):
                    self._accepted_steps.add(item.step)
                self._settle(ticket)
            self._pump()
            self._notify_idle()

    def on_refused(self, reason: Dict[str, str]) -> None:
        """The dispatcher has refused the next item."""
        with self._lock:
            if self._sent:
                self._refuse(self._next()[1], GenerateError(reason["reason"], reason["step"], reason["message"]))
            self._pump()
            self._notify_idle()

    def _next(self) -> Tuple[Item, Optional[_Ticket]]:
        item, ticket = self._sent.popleft()
        self._bytes -= len(item.data)
        return item, ticket

    def _refuse(self, ticket: Optional[_Ticket], error: GenerateError) -> None:
        error.__dict__["_generating"] = self
        if ticket is None:
            self._late_refusal = self._late_refusal or error
            self._unhandled_refusal = self._unhandled_refusal or error
            return
        if ticket.error is None:
            ticket.error = error
            if isinstance(ticket, _AsyncTicket) and not self._ended:
                self._refused.append(ticket)
        self._settle(ticket)

    def _settle(self, ticket: _Ticket, here: bool = False) -> None:
        ticket.open -= 1
        if ticket.open == 0:
            ticket.settle_here() if here else ticket.settle()

    def close(self) -> bool:
        """The handler has ended. Accepts no more items, and reports whether all are
        answered."""
        with self._lock:
            self._closed = True
            return not self._sent

    def when_idle(self, callback: Callable[[], Any]) -> None:
        """Calls back when all items are answered, which may be at once."""
        with self._lock:
            self._idle = callback
            self._notify_idle()

    def _notify_idle(self) -> None:
        if self._idle is not None and not self._sent:
            idle, self._idle = self._idle, None
            idle()

    @property
    def refused(self) -> bool:
        """Reports whether an item was refused in an async function. There it takes
        some turns of the loop until it is known whether that is handled."""
        return bool(self._refused)

    def end(self) -> Optional[BaseException]:
        """Ends the call, and returns the first refusal that was not handled."""
        with self._lock:
            self._ended = True
            for ticket in self._refused:
                if self._unhandled_refusal is None and ticket.is_unhandled():
                    self._unhandled_refusal = ticket.error
                ticket.handle()
            self._refused.clear()
            return self._unhandled_refusal

    def note_unhandled(self, error: BaseException) -> bool:
        """Notes a refusal that was not handled. Returns False if it is too late to
        fail the item."""
        with self._lock:
            if self._ended:
                return False
            self._unhandled_refusal = self._unhandled_refusal or error
            return True


def _is_plain(item: Item) -> bool:
    return not item.delay and not item.group and len(item.data) <= _PLAIN_BYTES


def note_unhandled(error: Optional[BaseException]) -> bool:
    """Reports whether an error that was not handled is a refusal. If it is, the
    handler's item fails."""
    generating = getattr(error, "_generating", None)
    return isinstance(generating, Generating) and error is not None and generating.note_unhandled(error)


def _ticket(count: int) -> Union[_Ticket, _AsyncTicket]:
    asyncio: Any = sys.modules.get("asyncio")  # if it was not imported, there is no loop
    try:
        return _AsyncTicket(count, asyncio.get_running_loop())
    except (AttributeError, RuntimeError):
        return _Ticket(count)
