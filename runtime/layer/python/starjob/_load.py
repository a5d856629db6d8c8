"""Finds the handler that STAR_HANDLER names, in Lambda's format module.function. A
slash means the same as a dot."""

import difflib
import importlib
import inspect
import os
import pkgutil
from typing import Any, Callable, List

Handler = Callable[[Any, Any, Any], Any]


class NotFound(Exception):
    """The handler does not exist, or is not supported."""


def load(handler: str, root: str) -> Handler:
    """Imports the handler's module, which may raise any exception."""
    name, _, function = handler.replace("/", ".").rpartition(".")
    name = name.strip(".")
    if not name or not function:
        raise NotFound(f'invalid handler name: "{handler}" (allowed: module.function, such as index.handler)')
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise NotFound(_missing(name, root)) from None
    found = getattr(module, function, None)
    if inspect.isgeneratorfunction(found) or inspect.isasyncgenfunction(found):
        raise NotFound(f"unsupported handler: {function} is a generator function, which never runs; remove yield")
    if callable(found):
        return found  # type: ignore[no-any-return]
    raise NotFound(_not_in(module, function))


def hint(error: BaseException, root: str) -> str:
    """Returns a hint for an error of load, or an empty string."""
    if isinstance(error, ModuleNotFoundError):
        if (error.name or "").partition(".")[0] in ("boto3", "botocore"):
            return "run pip install boto3; Lambda's Python runtime includes it, but this Python does not"
        return f"run pip install -r requirements.txt in {root} (sam build runs it for deployments)"
    return ""


def _missing(name: str, root: str) -> str:
    parent, _, last = name.rpartition(".")
    folder = os.path.join(root, *parent.split(".")) if parent else root
    if not os.path.isdir(folder):
        return f"handler module not found: {name}; the folder {folder} does not exist"
    names = sorted(m.name for m in pkgutil.iter_modules([folder]))
    has = ", ".join(names) if names else "no Python modules"
    return f"handler module not found: {name}; {folder} has {has}{_did_you_mean(last, names)}"


def _not_in(module: Any, function: str) -> str:
    names = [n for n, value in vars(module).items() if inspect.isfunction(value) and value.__module__ == module.__name__ and not inspect.isgeneratorfunction(value)]
    has = f"has {', '.join(names)}" if names else "has no functions"
    why = f"{function}, which is not a function" if hasattr(module, function) else f"no {function}"
    file = getattr(module, "__file__", None) or module.__name__
    return f"handler function not found: {file} has {why}; it {has}{_did_you_mean(function, names)}"


def _did_you_mean(word: str, names: List[str]) -> str:
    best = difflib.get_close_matches(word, names, 1)
    return f"; did you mean {best[0]}?" if best else ""
