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

# What a call may have in the socket without an answer: the dispatcher keeps
# room for as much, so it never stops reading.
_MOST_ITEMS = 1024
_MOST_BYTES = 1 << 20
# A plain item of a step, one of no more bytes than this with no delay and no
# group, can be refused for nothing that another one of the same call wasn't:
# it can be neither too long nor nested too deeply.
_PLAIN_BYTES = 16 << 10

_forked = False


def forked() -> None:
    """This is a child of the host's process now, to which nobody listens."""
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
    """Can be awaited, for a plain function that is called by an async one."""

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
            pass  # the handler had a loop of its own, and has closed it

    def settle_here(self) -> None:
        """Settles it in the thread of its loop."""
        if self.future.done():
            return  # cancelled
        if self.error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(self.error)

    def result(self) -> Awaitable[None]:
        return self.future

    def is_unhandled(self) -> bool:
        """Nobody has asked for the error yet. A future that is forgotten so is
        what asyncio complains of; one whose loop was closed never hears of it."""
        return not self.future.done() or getattr(self.future, "_log_traceback", False)

    def handle(self) -> None:
        """Keeps asyncio from complaining."""
        if self.future.done() and not self.future.cancelled():
            self.future.exception()


class Generating:
    """What one call has generated. All methods may be called in any thread."""

    def __init__(self, number: int, writer: Writer) -> None:
        self._number = number
        self._writer = writer
        self._lock = threading.RLock()
        self._waiting: Deque[Tuple[Item, _Ticket]] = collections.deque()  # not in the socket yet
        # In the socket, or without an answer; there is no ticket where none is waited for.
        self._sent: Deque[Tuple[Item, Optional[_Ticket]]] = collections.deque()
        self._taken: Set[bytes] = set()  # steps of which the dispatcher took a plain item
        # The refusal of what was said to be accepted: the time is over, or something was lost.
        self._late: Optional[GenerateError] = None
        self._bytes = 0
        self._closed = False
        self._ended = False
        self._idle: Optional[Callable[[], Any]] = None
        self._refused: List[_AsyncTicket] = []
        self._left: Optional[BaseException] = None

    def __call__(self, *args: Any, **options: Any) -> Awaitable[None]:
        listed = invocations(args, options)
        if _forked:
            step = step_of(listed[0]) if listed else ""
            raise refusal("NotSent", step, "a process that the handler has forked cannot generate; let it tell the handler what to generate")
        ticket = _ticket(len(listed))
        if not listed:
            ticket.settle()
        for invocation in listed:
            self._offer(invocation, ticket)
        return ticket.result()

    # Data is encoded now, so that the handler may change it afterwards.
    def _offer(self, invocation: Any, ticket: _Ticket) -> None:
        try:
            item = encode(invocation)
        except GenerateError as error:
            item, refused = None, error
        with self._lock:
            if self._closed:
                item, refused = None, refusal("Ended", step_of(invocation), "the item's handler has ended already")
            elif self._late is not None:
                item, refused = None, self._late
            if item is None:
                self._refuse(ticket, refused)
            else:
                self._waiting.append((item, ticket))
                self._pump(ticket)

    # own is a ticket of this thread's. Not to wait for the dispatcher's word
    # saves a loop two changes of the process for each item.
    def _pump(self, own: Optional[_Ticket] = None) -> None:
        while self._waiting:
            item, ticket = self._waiting[0]
            full = len(self._sent) >= _MOST_ITEMS or self._bytes + len(item.data) > _MOST_BYTES
            if full and self._sent:
                return
            self._waiting.popleft()
            sure = item.step in self._taken and _is_plain(item)
            self._sent.append((item, None if sure else ticket))
            self._bytes += len(item.data)
            self._writer.generate(self._number, item.step, item.delay, item.group, item.data, not sure)
            if sure:
                self._settle(ticket, ticket is own)

    def accept(self, count: int) -> None:
        """The dispatcher's word that it took the next ones."""
        with self._lock:
            for _ in range(min(count, len(self._sent))):
                item, ticket = self._next()
                if ticket is None:
                    continue
                if _is_plain(item):
                    self._taken.add(item.step)
                self._settle(ticket)
            self._pump()
            self._rest()

    def deny(self, reason: Dict[str, str]) -> None:
        """The dispatcher's word that it did not take the next one."""
        with self._lock:
            if self._sent:
                self._refuse(self._next()[1], GenerateError(reason["reason"], reason["step"], reason["message"]))
            self._pump()
            self._rest()

    def _next(self) -> Tuple[Item, Optional[_Ticket]]:
        item, ticket = self._sent.popleft()
        self._bytes -= len(item.data)
        return item, ticket

    def _refuse(self, ticket: Optional[_Ticket], error: GenerateError) -> None:
        error.__dict__["_generating"] = self
        if ticket is None:
            self._late = self._late or error
            self._left = self._left or error
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
        """The handler has ended: takes nothing more. Tells whether all is
        answered."""
        with self._lock:
            self._closed = True
            return not self._sent

    def when_idle(self, callback: Callable[[], Any]) -> None:
        """Calls back when all is answered, which may be now."""
        with self._lock:
            self._idle = callback
            self._rest()

    def _rest(self) -> None:
        if self._idle is not None and not self._sent:
            idle, self._idle = self._idle, None
            idle()

    @property
    def refused(self) -> bool:
        """Whether something was refused in an async function, where it takes
        some turns of the loop until it is known whether anybody handles that."""
        return bool(self._refused)

    def end(self) -> Optional[BaseException]:
        """The call is over: the first refusal that nobody handled."""
        with self._lock:
            self._ended = True
            for ticket in self._refused:
                if self._left is None and ticket.is_unhandled():
                    self._left = ticket.error
                ticket.handle()
            self._refused.clear()
            return self._left

    def leave(self, error: BaseException) -> bool:
        """A refusal that nobody handled; False if it is too late to fail the
        item."""
        with self._lock:
            if self._ended:
                return False
            self._left = self._left or error
            return True


def _is_plain(item: Item) -> bool:
    return not item.delay and not item.group and len(item.data) <= _PLAIN_BYTES


def leave(error: Optional[BaseException]) -> bool:
    """Whether an error that nobody handled is a refusal, and fails its item."""
    generating = getattr(error, "_generating", None)
    return isinstance(generating, Generating) and error is not None and generating.leave(error)


def _ticket(count: int) -> Union[_Ticket, _AsyncTicket]:
    asyncio: Any = sys.modules.get("asyncio")  # where nobody has imported it there is no loop
    try:
        return _AsyncTicket(count, asyncio.get_running_loop())
    except (AttributeError, RuntimeError):
        return _Ticket(count)
