"""Frames between dispatcher and host: a u32 with the length of the rest, a u8 with
the kind, and the body. Numbers are big-endian."""

import collections
import os
import queue
import socket
import struct
import threading
from typing import Deque, Iterator, Tuple

_LENGTH = struct.Struct(">I")
_GENERATE = struct.Struct(">IcId")
_FRAME = struct.Struct(">IcI")


def read(connection: socket.socket) -> Iterator[Tuple[bytes, bytes]]:
    """Yields kind and body of each frame, until the dispatcher closes the socket."""
    stream = connection.makefile("rb", 1 << 16)
    while len(head := stream.read(4)) == 4:
        (length,) = _LENGTH.unpack(head)
        frame = stream.read(length)
        if len(frame) < length:
            return
        yield frame[:1], frame[1:]


class Writer:
    """Writes the frames of all threads. Urgent frames are written at once. Others are
    written by a separate thread as soon as it runs, which is when other threads
    wait, or after some milliseconds. Frames that are added while a thread is
    writing are written together by that thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting: Deque[bytes] = collections.deque()
        self._writing = threading.Lock()
        self._wake: "queue.SimpleQueue[None]" = queue.SimpleQueue()
        self._woken = False
        threading.Thread(target=self._write_later, name="writer", daemon=True).start()

    def send(self, kind: bytes, body: bytes) -> None:
        """Writes a frame that does not belong to a call."""
        self._send(_LENGTH.pack(1 + len(body)) + kind + body, True)

    def frame(self, kind: bytes, number: int, body: bytes, urgent: bool) -> None:
        """Writes a frame of a call."""
        self._send(_FRAME.pack(5 + len(body), kind, number) + body, urgent)

    def generate(self, number: int, step: bytes, delay: float, group: bytes, data: bytes, urgent: bool) -> None:
        """Writes a generated item."""
        size = 17 + len(step) + len(group) + len(data)
        head = _GENERATE.pack(size, b"G", number, delay)
        self._send(b"".join((head, _text(step), _text(group), data)), urgent)

    def _send(self, frame: bytes, urgent: bool) -> None:
        self._waiting.append(frame)
        if urgent:
            self._write()
        elif not self._woken:
            self._woken = True
            self._wake.put(None)

    def _write_later(self) -> None:
        while True:
            self._wake.get()
            self._woken = False
            self._write()

    def _write(self) -> None:
        # Another thread may have added a frame after this one emptied the queue, and
        # before it released the lock. So check the queue again after the release.
        while self._waiting and self._writing.acquire(blocking=False):
            try:
                frames = [self._waiting.popleft() for _ in range(len(self._waiting))]
                self._connection.sendall(b"".join(frames))
            except OSError:
                os._exit(0)  # the dispatcher has exited
            finally:
                self._writing.release()


def _text(text: bytes) -> bytes:
    return struct.pack(">H", len(text)) + text
