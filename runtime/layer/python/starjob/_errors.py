"""Describes errors for the dispatcher."""

import builtins
import importlib
import json
import os
import traceback
from types import TracebackType
from typing import Any, Dict, List, Optional

from ._api import ActionError
from ._load import NotFound

# Folders whose lines are removed from stack traces: the host and the import system.
_HIDDEN = (os.path.dirname(os.path.abspath(__file__)), os.path.dirname(importlib.__file__), "<frozen importlib")
_MAX_LENGTH = 32 * 1024  # characters of a string
_MAX_ERRORS = 100  # that are searched for an action
_GROUP: Any = getattr(builtins, "BaseExceptionGroup", ())  # from Python 3.11 on


def describe(error: BaseException, hint: str = "") -> bytes:
    """Returns the description of an error for a frame, as JSON."""
    shown = error
    if isinstance(error, ActionError) and isinstance(error.error, BaseException):
        shown = error.error
    text = {"name": _name(shown), "message": _cut(_message(shown)), "stack": _cut(_stack(shown, shown.__traceback__ or error.__traceback__)), **_action(error)}
    if hint:
        text["hint"] = hint
    return json.dumps(text).encode()


def _name(error: BaseException) -> str:
    if isinstance(error, ActionError):
        return "Error"
    return "HandlerNotFound" if isinstance(error, NotFound) else type(error).__name__


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the handler called sys.exit({error.code!r})"
    try:
        return str(error) or type(error).__name__
    except BaseException:
        return "cannot read the exception that was raised"


def _stack(error: BaseException, at: Optional[TracebackType]) -> str:
    if isinstance(error, NotFound):
        return ""
    while at is not None and at.tb_frame.f_code.co_filename.startswith(_HIDDEN):
        at = at.tb_next
    try:
        return "".join(traceback.format_exception(type(error), error, at))
    except Exception:
        return ""


def _action(error: BaseException) -> Dict[str, Any]:
    """Returns the action of an error, of one that it was raised from, or of one in
    its group. drop takes precedence over retryAfter."""
    found: List[BaseException] = [error]
    action: Dict[str, Any] = {}
    for at in found:  # found grows in the loop
        if isinstance(at, ActionError):
            if at.after is None:
                return {"action": "drop"}
            action = action or {"action": "retryAfter", "after": at.after}
        inner = (at.__cause__, *(at.exceptions if isinstance(at, _GROUP) else ()))
        if len(found) < _MAX_ERRORS:
            found += [e for e in inner if e is not None]
    return action


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else text[:_MAX_LENGTH] + "…"
