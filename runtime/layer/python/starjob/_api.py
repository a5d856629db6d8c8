"""What handlers may import."""

import datetime
import math
from typing import Any, Awaitable, Optional, Protocol, Sequence, TypedDict, Union, overload


class _Required(TypedDict):
    step: str


class Invocation(_Required, total=False):
    """An item for a step: data is None if absent, delay is in seconds, 0 to
    900, group is for steps with a FIFO queue."""

    data: Any
    delay: float
    group: str


class Generate(Protocol):
    """Puts items into the queues of steps.

    In a plain function it returns when all are accepted for sending, so that
    a loop runs in constant memory. In an async function it starts at once and
    returns an awaitable; without await it works too: the item is not done
    before all that it generated is safe.

    Raises GenerateError for the first item that was refused; the others of a
    list are accepted all the same.
    """

    @overload
    def __call__(self, invocations: Union[Invocation, Sequence[Invocation]], /) -> Awaitable[None]: ...

    @overload
    def __call__(self, step: str, data: Any = None, /, *, delay: float = 0, group: str = "") -> Awaitable[None]: ...


class Cancelled(Protocol):
    """Tells that the time is over and the item has been given back."""

    def is_set(self) -> bool:
        """Whether the time is over."""

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Blocks until the time is over, for so many seconds at most. Not for
        async handlers, which are cancelled as tasks are."""


class Context(Protocol):
    """Tells about the item that a handler works on."""

    @property
    def job(self) -> str:
        """The job's logical ID."""

    @property
    def step(self) -> str:
        """The step's name."""

    @property
    def message_id(self) -> str:
        """SQS's ID of the message, the same over all attempts; empty when the
        function was invoked directly."""

    @property
    def attempt(self) -> int:
        """Counts the deliveries of the item, from 1."""

    @property
    def depth(self) -> int:
        """How many generations the item is away from its kick-off, which has
        depth 0."""

    @property
    def first_sent(self) -> Optional[datetime.datetime]:
        """When the item was put into its queue, in UTC; None when the function
        was invoked directly."""

    @property
    def request_id(self) -> str:
        """Lambda's ID of the invocation."""

    @property
    def cancelled(self) -> Cancelled:
        """Is set when the time is over and the item has been given back."""

    def remaining(self) -> float:
        """Seconds until the item is given back; infinite if it never is."""


class GenerateError(Exception):
    """Says why generate did not take an item, and what it would take.

    reason is UnknownStep, NotJSON, TooLarge, TooDeep, Delay, Group, Ended or
    NotSent.
    """

    def __init__(self, reason: str, step: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.step = step

    def __reduce__(self) -> Any:
        return GenerateError, (self.reason, self.step, str(self))


class Wish(Exception):
    """Stands for an error, with what shall become of the item beside it."""

    def __init__(self, error: Union[BaseException, str], after: Optional[float] = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after  # None: drop
        if isinstance(error, BaseException):
            self.__cause__ = error


def drop(error: Union[BaseException, str] = "dropped") -> Exception:
    """Returns an exception to raise, or to raise another one from: the item
    becomes a dead letter now and is not tried again."""
    return Wish(error)


def retry_after(seconds: float, error: Union[BaseException, str, None] = None) -> Exception:
    """Returns an exception to raise, or to raise another one from: the item
    comes back after the seconds, from 0 to nearly 43,200, unless this was its
    last attempt."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"retry_after takes a number of seconds, not {seconds!r}")
    if not 0 <= seconds < math.inf:
        raise ValueError(f"retry_after takes a finite number of seconds from 0, not {seconds!r}")
    return Wish(f"to be tried again after {seconds} s" if error is None else error, float(seconds))
