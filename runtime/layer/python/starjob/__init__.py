"""Handlers of StarJob's steps in Python.

    from starjob import Context, Generate

    def plan(data, generate: Generate, context: Context) -> None:
        for key in keys(data):
            generate("execute", key)

A handler may be an async function too. An exception is the item's failure: it
comes back later, and after its last attempt becomes a dead letter.
"""

from ._api import Cancelled, Context, Generate, GenerateError, Invocation, drop, retry_after

__all__ = ["Cancelled", "Context", "Generate", "GenerateError", "Invocation", "drop", "retry_after"]
