"""The API for handlers of StarJob's steps in Python.

    from starjob import Context, Generate

    def plan(data, generate: Generate, context: Context) -> None:
        for key in keys(data):
            generate("execute", key)

A handler can also be an async function. If it raises an exception, the item has
failed: it is retried with exponential back-off, and dead-lettered after its last
attempt. Items are delivered at least once: a handler may receive the same item
twice.
"""

from ._api import Cancelled, Context, Generate, GenerateError, Invocation, drop, retry_after

__all__ = ["Cancelled", "Context", "Generate", "GenerateError", "Invocation", "drop", "retry_after"]
