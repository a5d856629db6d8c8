"""Coroutines that do not look like it."""

import coroutines


def handler(data, generate, context):
    return coroutines.handler(data, generate, context)
