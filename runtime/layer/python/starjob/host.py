"""The host loads the function's handler and runs it with the items that the
dispatcher sends over the socket at file descriptor 3."""

import inspect
import json
import os
import signal
import socket
import struct
import sys
import threading
from typing import TYPE_CHECKING, Any, Awaitable, Dict, Optional

FD = 3
MAX_THREADS = 256  # plain functions that run at the same time
HERE = os.path.dirname(os.path.abspath(__file__))


def _search_path(environ: "os._Environ[str]") -> None:
    """Puts the function's code first on the search path, as in Lambda, and then the
    packages of layers."""
    python = os.path.dirname(HERE)
    packages = os.path.join(python, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages")
    runtime = environ.get("LAMBDA_RUNTIME_DIR", "")
    folders = [os.path.abspath(environ.get("LAMBDA_TASK_ROOT", ".")), packages, python, runtime]
    folders = [f for f in folders if f and os.path.isdir(f)]
    # With this file's folder on the path, any code could import its modules.
    rest = [p for p in sys.path if os.path.abspath(p) not in (HERE, *folders)]
    sys.path[:] = folders + rest


_search_path(os.environ)

from starjob._call import Call  # noqa: E402
from starjob._errors import describe  # noqa: E402
from starjob._frames import Writer, read  # noqa: E402
from starjob._generate import forked, note_unhandled  # noqa: E402
from starjob._load import Handler, hint, load  # noqa: E402
from starjob._logs import install  # noqa: E402
from starjob._pool import Pool  # noqa: E402

if TYPE_CHECKING:
    from starjob._loop import Loop

_excepthook = threading.excepthook
_ACCEPTED = struct.Struct(">II")


class Host:
    """The handler and its open calls."""

    def __init__(self, handler: Handler, writer: Writer, environ: "os._Environ[str]") -> None:
        self._handler = handler
        self._writer = writer
        self._job, self._step = environ.get("STAR_JOB", ""), environ.get("STAR_STEP", "")
        self._calls: Dict[int, Call] = {}
        self._pool = Pool(MAX_THREADS, lambda call: call.run(handler, self._finish))
        self._lock = threading.Lock()
        self._loop: "Optional[Loop]" = None
        self._is_async = _is_async(handler)
        if self._is_async:
            self._needed_loop()

    def receive(self, kind: bytes, body: bytes) -> None:
        """Handles a frame."""
        if kind == b"C":
            call = Call(body, self._writer, self._calls, self._job, self._step)
            self._calls[call.number] = call
            self._start(call)
            return
        call_or_none = self._calls.get(int.from_bytes(body[:4], "big"))
        if call_or_none is None:
            return  # it has ended
        if kind == b"A":
            call_or_none.generating.on_accepted(_ACCEPTED.unpack(body)[1])
        elif kind == b"R":
            call_or_none.generating.on_refused(json.loads(body[4:]))
        elif kind == b"X":
            call_or_none.cancel(json.loads(body[4:])["message"])

    def _start(self, call: Call) -> None:
        if self._is_async:
            self._needed_loop().start(call)
        else:
            self._pool.submit(call, len(self._calls))

    def _finish(self, call: Call, result: Awaitable[Any]) -> None:
        self._needed_loop().finish(call, result)

    def _needed_loop(self) -> "Loop":
        with self._lock:
            if self._loop is None:
                from starjob._loop import Loop

                self._loop = Loop(self._handler)
            return self._loop


def _is_async(handler: Any) -> bool:
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None))


def _in_thread(args: "threading.ExceptHookArgs") -> None:
    if not note_unhandled(args.exc_value):
        _excepthook(args)


def _in_child() -> None:
    os.close(FD)
    forked()


def _prepare() -> socket.socket:
    os.set_inheritable(FD, False)
    os.register_at_fork(after_in_child=_in_child)
    # A terminal sends SIGINT to all processes. The dispatcher decides when this one exits.
    signal.signal(signal.SIGINT, lambda *_: None)
    threading.excepthook = _in_thread
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    install(os.environ)
    return socket.socket(fileno=FD)


def main() -> None:
    connection = _prepare()
    writer = Writer(connection)
    root = os.path.abspath(os.environ.get("LAMBDA_TASK_ROOT", "."))
    try:
        handler = load(os.environ.get("STAR_HANDLER", ""), root)
    except BaseException as error:
        writer.send(b"E", describe(error, hint(error, root)))
        sys.stdout.flush()
        os._exit(1)
    host = Host(handler, writer, os.environ)
    writer.send(b"H", b'{"version":1}')
    for kind, body in read(connection):
        host.receive(kind, body)
    os._exit(0)  # the dispatcher has exited; handlers may still be running


if __name__ == "__main__":
    main()
