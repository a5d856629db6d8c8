"""How errors are told to the dispatcher."""

import builtins
import importlib
import json
import os
import traceback
from types import TracebackType
from typing import Any, Dict, List, Optional

from ._api import Wish
from ._load import NotFound

# Whose lines tell nothing: the host's own, and those of loading a module.
_OURS = (os.path.dirname(os.path.abspath(__file__)), os.path.dirname(importlib.__file__), "<frozen importlib")
_LONGEST = 32 * 1024  # characters of a text
_MOST_ERRORS = 100  # among which a wish is looked for
_GROUP: Any = getattr(builtins, "BaseExceptionGroup", ())  # from Python 3.11 on


def describe(error: BaseException, hint: str = "") -> bytes:
    """What a frame says of an error, in JSON."""
    shown = error
    if isinstance(error, Wish) and isinstance(error.error, BaseException):
        shown = error.error
    text = {"name": _name(shown), "message": _cut(_message(shown)), "stack": _cut(_stack(shown, shown.__traceback__ or error.__traceback__)), **_wish(error)}
    if hint:
        text["hint"] = hint
    return json.dumps(text).encode()


def _name(error: BaseException) -> str:
    if isinstance(error, Wish):
        return "Error"
    return "HandlerNotFound" if isinstance(error, NotFound) else type(error).__name__


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the handler called sys.exit({error.code!r})"
    try:
        return str(error) or type(error).__name__
    except BaseException:
        return "the error that was raised cannot be read"


def _stack(error: BaseException, at: Optional[TracebackType]) -> str:
    if isinstance(error, NotFound):
        return ""
    while at is not None and at.tb_frame.f_code.co_filename.startswith(_OURS):
        at = at.tb_next
    try:
        return "".join(traceback.format_exception(type(error), error, at))
    except Exception:
        return ""


def _wish(error: BaseException) -> Dict[str, Any]:
    """The wish of an error, of one that it was raised from, or of one in its
    group. To drop the item comes first."""
    found: List[BaseException] = [error]
    wish: Dict[str, Any] = {}
    for at in found:  # which grows
        if isinstance(at, Wish):
            if at.after is None:
                return {"action": "drop"}
            wish = wish or {"action": "retryAfter", "after": at.after}
        inner = (at.__cause__, *(at.exceptions if isinstance(at, _GROUP) else ()))
        if len(found) < _MOST_ERRORS:
            found += [e for e in inner if e is not None]
    return wish


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
