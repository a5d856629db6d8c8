"""The description of a handler's item."""

import datetime
import json
import threading
import time
from typing import Optional, TypedDict


class _Meta(TypedDict):
    messageId: str
    attempt: int
    depth: int
    firstSent: int  # milliseconds since 1970; 0: unknown
    deadline: int  # milliseconds since 1970; 0: none
    requestId: str


class Context:
    """Implements starjob.Context. Most handlers do not read it, so the metadata is
    parsed on demand."""

    def __init__(self, job: str, step: str, meta: bytes) -> None:
        self.job = job
        self.step = step
        self.over = False
        self._text = meta
        self._read: Optional[_Meta] = None

    @property
    def _meta(self) -> _Meta:
        if self._read is None:
            self._read = json.loads(self._text)
        return self._read

    @property
    def message_id(self) -> str:
        return self._meta["messageId"]

    @property
    def attempt(self) -> int:
        return self._meta["attempt"]

    @property
    def depth(self) -> int:
        return self._meta["depth"]

    @property
    def request_id(self) -> str:
        return self._meta["requestId"]

    @property
    def first_sent(self) -> Optional[datetime.datetime]:
        milliseconds = self._meta["firstSent"]
        return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc) if milliseconds else None

    def remaining(self) -> float:
        deadline = self._meta["deadline"]
        return max(0.0, deadline / 1000 - time.time()) if deadline else float("inf")

    # Another thread may call cancel at the same time. cancel sets over first and then
    # reads the event. This property does the opposite, so the event is always set.
    @property
    def cancelled(self) -> threading.Event:
        event: threading.Event = self.__dict__.setdefault("_event", threading.Event())
        if self.over:
            event.set()
        return event

    def cancel(self) -> None:
        """Sets cancelled: the deadline has passed."""
        self.over = True
        event = self.__dict__.get("_event")
        if event is not None:
            event.set()
