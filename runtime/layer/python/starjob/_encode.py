"""What a call of generate asks for, checked and encoded."""

import json
from typing import Any, List, Mapping, NamedTuple, Tuple

from ._api import GenerateError

_LONGEST = 1000  # longer names cannot be right, and have no room in a frame
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Item(NamedTuple):
    """One for a frame."""

    step: bytes
    delay: float
    group: bytes
    data: bytes


def invocations(args: Tuple[Any, ...], options: Mapping[str, Any]) -> List[Any]:
    """The arguments of generate as a list of invocations, not yet checked."""
    if args and isinstance(args[0], str):
        if len(args) > 2 or not options.keys() <= {"data", "delay", "group"}:
            raise TypeError("generate takes a step, its data, delay=… and group=…")
        data = {"data": args[1]} if len(args) == 2 else {}
        return [{"step": args[0], **data, **options}]
    if len(args) != 1 or options:
        raise TypeError('generate takes {"step": …, "data": …}, a list of these, or a step and its data')
    return list(args[0]) if isinstance(args[0], (list, tuple)) else [args[0]]


def encode(invocation: Any) -> Item:
    """Raises GenerateError for what the dispatcher would not understand."""
    step = step_of(invocation)
    if not isinstance(invocation, Mapping) or not isinstance(invocation.get("step"), str):
        raise GenerateError("UnknownStep", "", f'generate takes {{"step": …, "data": …}}, or a list of these, not {_short(invocation)}')
    delay, group = invocation.get("delay", 0), invocation.get("group", "")
    if isinstance(delay, bool) or not isinstance(delay, (int, float)) or delay != delay:
        raise refusal("Delay", step, f"the delay must be a number of seconds, not {_short(delay)}")
    if not isinstance(group, str):
        raise refusal("Group", step, f"the group must be a string, not {_short(group)}")
    if len(step) > _LONGEST:
        raise refusal("UnknownStep", step[:100], "there is no step of so long a name")
    if len(group) > _LONGEST:
        raise refusal("Group", step, "the group must have 1 to 128 visible ASCII characters")
    return Item(_utf8(step), _float(delay), _utf8(group), _json(step, invocation.get("data")))


def step_of(invocation: Any) -> str:
    """The step's name as far as there is one."""
    return str(invocation.get("step", "")) if isinstance(invocation, Mapping) else ""


def refusal(reason: str, step: str, detail: str) -> GenerateError:
    """The error of a refused invocation."""
    return GenerateError(reason, step, f'generate "{step}": {detail}')


def _json(step: str, data: Any) -> bytes:
    try:
        text = _encoder.encode(data)
    except (TypeError, ValueError, RecursionError) as error:
        raise refusal("NotJSON", step, f"the data cannot be encoded as JSON: {error}") from error
    try:
        return text.encode()
    except UnicodeEncodeError:  # halves of surrogate pairs have no UTF-8, but an escape
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
