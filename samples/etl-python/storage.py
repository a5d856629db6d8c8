"""Reads texts and writes documents, in a folder or in an S3 bucket (s3://BUCKET)."""

import functools
import json
import os
import tempfile
from typing import Any, Iterator

# Folders of a Python library with files of other projects, or with invalid files for tests.
SKIPPED = ("site-packages", "__pycache__", "test", "tests")


def names(place: str, prefix: str) -> Iterator[str]:
    """Yields the names of all files in a place, relative to it, with slashes."""
    if place.startswith("s3://"):
        for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket(place), Prefix=prefix):
            yield from (entry["Key"] for entry in page.get("Contents", []))
        return
    for folder, folders, files in os.walk(place):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("."))
        for file in sorted(files):
            name = os.path.relpath(os.path.join(folder, file), place).replace(os.sep, "/")
            if name.startswith(prefix):
                yield name


def read(place: str, name: str) -> bytes:
    if place.startswith("s3://"):
        return s3().get_object(Bucket=bucket(place), Key=name)["Body"].read()
    with open(os.path.join(place, name), "rb") as file:
        return file.read()


def write(place: str, name: str, document: Any) -> None:
    """Writes a document as JSON, atomically."""
    text = json.dumps(document, ensure_ascii=False, indent=1).encode()
    if place.startswith("s3://"):
        s3().put_object(Bucket=bucket(place), Key=name, Body=text, ContentType="application/json")
        return
    path = os.path.join(place, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), delete=False) as file:
        file.write(text)
    os.replace(file.name, path)


def bucket(place: str) -> str:
    return place[len("s3://"):].rstrip("/")


@functools.lru_cache(maxsize=None)
def s3() -> Any:
    """Returns the client, which all items share. boto3 is included in Lambda's runtime, and folders do not need it."""
    import boto3

    return boto3.client("s3")
