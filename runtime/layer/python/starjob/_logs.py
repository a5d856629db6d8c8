"""Makes the root logger write JSON lines in the format of Lambda's JSON logs, with the
item of the running handler."""

import contextvars
import datetime
import json
import logging
import sys
from typing import Any, Mapping

running: "contextvars.ContextVar[Any]" = contextvars.ContextVar("starjob_item", default=None)

_LEVELS = {"TRACE": 1, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50}
_NAMES = {"WARNING": "WARN", "CRITICAL": "FATAL"}


class _Lines(logging.Formatter):
    def __init__(self, step: str) -> None:
        super().__init__()
        self._step = step

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        line = {
            "timestamp": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": _NAMES.get(record.levelname, record.levelname),
            "message": record.getMessage(),
            "logger": record.name,
        }
        if self._step:
            line["step"] = self._step
        item = running.get()
        if item is not None:
            line.update(messageId=item.message_id, requestId=item.request_id)
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return json.dumps(line)


def install(environ: Mapping[str, str]) -> None:
    """Configures the root logger, before the handler's module is imported."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(environ.get("STAR_STEP", "")))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(_LEVELS.get(environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper(), logging.INFO))
