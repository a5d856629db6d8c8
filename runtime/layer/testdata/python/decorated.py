"""Coroutines that a plain function returns."""

import coroutines


def handler(data, generate, context):
    return coroutines.handler(data, generate, context)
