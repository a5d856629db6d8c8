"""Checks and encodes the arguments of generate."""

import json
from typing import Any, List, Mapping, NamedTuple, Tuple

from ._api import GenerateError

_MAX_LENGTH = 1000  # longer names are not valid, and do not fit into a frame
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Item(NamedTuple):
    """A generated item, encoded for a frame."""

    step: bytes
    delay: float
    group: bytes
    data: bytes


def invocations(args: Tuple[Any, ...], options: Mapping[str, Any]) -> List[Any]:
    """Returns the arguments of generate as a list of unchecked invocations."""
    if args and isinstance(args[0], str):
        if len(args) > 2 or not options.keys() <= {"data", "delay", "group"}:
            raise TypeError("generate accepts a step, its data, delay=… and group=…")
        data = {"data": args[1]} if len(args) == 2 else {}
        return [{"step": args[0], **data, **options}]
    if len(args) != 1 or options:
        raise TypeError('generate accepts {"step": …, "data": …}, a list of these, or a step and its data')
    return list(args[0]) if isinstance(args[0], (list, tuple)) else [args[0]]


def encode(invocation: Any) -> Item:
    """Encodes an invocation. Raises GenerateError if it does not fit into a frame."""
    step = step_of(invocation)
    if not isinstance(invocation, Mapping) or not isinstance(invocation.get("step"), str):
        raise GenerateError("UnknownStep", "", f'generate requires {{"step": …, "data": …}} or a list of these, not {_short(invocation)}')
    delay, group = invocation.get("delay", 0), invocation.get("group", "")
    if isinstance(delay, bool) or not isinstance(delay, (int, float)) or delay != delay:
        raise refusal("Delay", step, f"invalid delay: {_short(delay)} (allowed: a number of seconds)")
    if not isinstance(group, str):
        raise refusal("Group", step, f"invalid group: {_short(group)} (allowed: a string)")
    if len(step) > _MAX_LENGTH:
        raise refusal("UnknownStep", step[:100], "the name is longer than that of any step")
    if len(group) > _MAX_LENGTH:
        raise refusal("Group", step, f"invalid group: {len(group)} characters (allowed: 1 to 128 visible ASCII characters)")
    return Item(_utf8(step), _float(delay), _utf8(group), _json(step, invocation.get("data")))


def step_of(invocation: Any) -> str:
    """Returns the step's name, or an empty string."""
    return str(invocation.get("step", "")) if isinstance(invocation, Mapping) else ""


def refusal(reason: str, step: str, detail: str) -> GenerateError:
    """Returns the error of a refused invocation."""
    subject = "unknown step" if reason == "UnknownStep" else "generate"
    return GenerateError(reason, step, f'{subject} "{step}": {detail}')


def _json(step: str, data: Any) -> bytes:
    try:
        text = _encoder.encode(data)
    except (TypeError, ValueError, RecursionError) as error:
        raise refusal("NotJSON", step, f"data cannot be encoded as JSON: {error}") from error
    try:
        return text.encode()
    except UnicodeEncodeError:  # lone surrogates have no UTF-8 encoding, but an escape
        return json.dumps(data, separators=(",", ":")).encode()


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
