"""The API for handlers."""

import datetime
import math
from typing import Any, Awaitable, Optional, Protocol, Sequence, TypedDict, Union, overload


class _Required(TypedDict):
    step: str


class Invocation(_Required, total=False):
    """An item to generate.

    step is the name of the step. data is encoded as JSON at once; absent means
    None. delay is in seconds, 0 to 900, rounded up to whole seconds, and must be 0
    for FIFO queues. group is the message group ID, 1 to 128 visible ASCII
    characters.
    """

    data: Any
    delay: float
    group: str


class Generate(Protocol):
    """Puts items into the queues of steps.

    In a plain function, generate returns when all items are accepted for sending,
    so that a loop runs in constant memory. In an async function, it starts at once
    and returns an awaitable. await is not required: the handler's item is only
    complete after SQS has accepted everything that it generated.

    Raises GenerateError for the first item that was refused. The other items of a
    list are still accepted.
    """

    @overload
    def __call__(self, invocations: Union[Invocation, Sequence[Invocation]], /) -> Awaitable[None]: ...

    @overload
    def __call__(self, step: str, data: Any = None, /, *, delay: float = 0, group: str = "") -> Awaitable[None]: ...


class Cancelled(Protocol):
    """Is set shortly before the function's deadline, when the item fails and will
    be retried."""

    def is_set(self) -> bool:
        """Reports whether the item was cancelled."""

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Blocks until the item is cancelled, for at most timeout seconds, and
        reports whether it was. Do not call it in async handlers, which are
        cancelled like tasks."""


class Context(Protocol):
    """Describes the item of a handler."""

    @property
    def job(self) -> str:
        """The job's logical ID."""

    @property
    def step(self) -> str:
        """The step's name."""

    @property
    def message_id(self) -> str:
        """SQS's ID of the message, the same in all attempts; empty if the
        function was invoked directly."""

    @property
    def attempt(self) -> int:
        """The number of times that the item was received, 1 or more."""

    @property
    def depth(self) -> int:
        """The number of generations between the item and the item that started
        the chain, which has depth 0."""

    @property
    def first_sent(self) -> Optional[datetime.datetime]:
        """When the item was sent to its queue, in UTC; None if the function was
        invoked directly."""

    @property
    def request_id(self) -> str:
        """Lambda's request ID of the invocation."""

    @property
    def cancelled(self) -> Cancelled:
        """Is set shortly before the function's deadline, when the item fails and
        will be retried."""

    def remaining(self) -> float:
        """Returns the seconds until cancelled is set; infinity if there is no
        deadline."""


class GenerateError(Exception):
    """The error of generate for an item that it refused. The message says what is
    wrong and what is allowed.

    step is the step of the refused item. reason is UnknownStep, NotJSON, TooLarge, TooDeep, Delay, Group, Ended or
    NotSent.
    """

    def __init__(self, reason: str, step: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.step = step

    def __reduce__(self) -> Any:
        return GenerateError, (self.reason, self.step, str(self))


class ActionError(Exception):
    """Wraps an error, with an action for the item."""

    def __init__(self, error: Union[BaseException, str], after: Optional[float] = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after  # None: drop
        if isinstance(error, BaseException):
            self.__cause__ = error


def drop(error: Union[BaseException, str] = "dropped") -> Exception:
    """Returns an exception to raise, or to raise another one from. It dead-letters
    the item at once, without a retry."""
    return ActionError(error)


def retry_after(seconds: float, error: Union[BaseException, str, None] = None) -> Exception:
    """Returns an exception to raise, or to raise another one from. It retries the
    item after the given seconds, 0 to about 43,200, unless this was its last
    attempt."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"retry_after requires a number of seconds, not {seconds!r}")
    if not 0 <= seconds < math.inf:
        raise ValueError(f"retry_after requires a finite number of seconds, 0 or more, not {seconds!r}")
    return ActionError(f"retry requested after {seconds} s" if error is None else error, float(seconds))
