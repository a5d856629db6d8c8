"""Frames between dispatcher and host: u32 length of the rest, u8 kind, body.
Numbers are big-endian."""

import collections
import os
import socket
import struct
import threading
from typing import Deque, Iterator, Tuple

_LENGTH = struct.Struct(">I")
_GENERATE = struct.Struct(">IcId")
_FRAME = struct.Struct(">IcI")


def read(connection: socket.socket) -> Iterator[Tuple[bytes, bytes]]:
    """Yields kind and body of each frame, until the dispatcher is gone."""
    stream = connection.makefile("rb", 1 << 16)
    while len(head := stream.read(4)) == 4:
        (length,) = _LENGTH.unpack(head)
        frame = stream.read(length)
        if len(frame) < length:
            return
        yield frame[:1], frame[1:]


class Writer:
    """Writes frames of all threads, each at once. What comes while a thread is
    writing is written by that one, together."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting: Deque[bytes] = collections.deque()
        self._writing = threading.Lock()

    def whole(self, kind: bytes, body: bytes) -> None:
        """A frame that belongs to no call."""
        self._send(_LENGTH.pack(1 + len(body)) + kind + body)

    def frame(self, kind: bytes, number: int, body: bytes = b"") -> None:
        """A frame of a call."""
        self._send(_FRAME.pack(5 + len(body), kind, number) + body)

    def generate(self, number: int, step: bytes, delay: float, group: bytes, data: bytes) -> None:
        """A generated item."""
        size = 17 + len(step) + len(group) + len(data)
        head = _GENERATE.pack(size, b"G", number, delay)
        self._send(b"".join((head, _text(step), _text(group), data)))

    def _send(self, frame: bytes) -> None:
        self._waiting.append(frame)
        # Between release and the look at the queue another thread may have
        # left something and gone.
        while self._waiting and self._writing.acquire(blocking=False):
            try:
                frames = [self._waiting.popleft() for _ in range(len(self._waiting))]
                self._connection.sendall(b"".join(frames))
            except OSError:
                os._exit(0)  # the dispatcher is gone
            finally:
                self._writing.release()


def _text(text: bytes) -> bytes:
    return struct.pack(">H", len(text)) + text
