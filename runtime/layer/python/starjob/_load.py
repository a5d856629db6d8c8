"""Finds the handler that STAR_HANDLER names, module.function as in Lambda; a
slash in it is a dot."""

import difflib
import importlib
import inspect
import os
import pkgutil
from typing import Any, Callable, List

Handler = Callable[[Any, Any, Any], Any]


class NotFound(Exception):
    """There is no such handler."""


def load(handler: str, root: str) -> Handler:
    """Imports the handler's module, which may raise anything."""
    name, _, function = handler.replace("/", ".").rpartition(".")
    name = name.strip(".")
    if not name or not function:
        raise NotFound(f"the handler {handler!r} must be module.function, such as index.handler")
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise NotFound(_missing(name, root)) from None
    found = getattr(module, function, None)
    if inspect.isgeneratorfunction(found) or inspect.isasyncgenfunction(found):
        raise NotFound(f"{function} is a generator, of which nothing would run: replace yield")
    if callable(found):
        return found  # type: ignore[no-any-return]
    raise NotFound(_not_in(module, function))


def hint(error: BaseException, root: str) -> str:
    """What could help against an error of load."""
    if isinstance(error, ModuleNotFoundError):
        if (error.name or "").partition(".")[0] in ("boto3", "botocore"):
            return "pip install boto3: Lambda's own Python brings it, this one does not"
        return f"pip install what requirements.txt lists into {root} (sam build does it when it deploys)"
    return ""


def _missing(name: str, root: str) -> str:
    parent, _, last = name.rpartition(".")
    folder = os.path.join(root, *parent.split(".")) if parent else root
    if not os.path.isdir(folder):
        return f"there is no module {name}: the folder {folder} does not exist"
    names = sorted(m.name for m in pkgutil.iter_modules([folder]))
    has = ", ".join(names) if names else "no Python module"
    return f"there is no module {name}; {folder} has {has}{_like(last, names)}"


def _not_in(module: Any, function: str) -> str:
    names = [n for n, value in vars(module).items() if inspect.isfunction(value) and value.__module__ == module.__name__ and not inspect.isgeneratorfunction(value)]
    has = f"has {', '.join(names)}" if names else "has no function"
    why = f"{function}, which is not a function" if hasattr(module, function) else f"no {function}"
    file = getattr(module, "__file__", None) or module.__name__
    return f"{file} has {why}; it {has}{_like(function, names)}"


def _like(word: str, names: List[str]) -> str:
    best = difflib.get_close_matches(word, names, 1)
    return f"; did you mean {best[0]}?" if best else ""
