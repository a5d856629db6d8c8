"""Counts the words of every text file in a folder or a bucket, in three steps."""

import os
import re
import sysconfig
import tempfile
from collections import Counter
from typing import Any, Dict, Optional

from starjob import Context, Generate, drop

import storage

SUFFIXES = (".txt", ".md", ".rst", ".py", ".csv")
WORD = re.compile(r"[^\W\d_]{3,}")  # three letters or more, of any script


def source() -> str:
    """Returns the location of the texts. Without SOURCE, it is Python's library, which is always available."""
    return os.environ.get("SOURCE") or sysconfig.get_path("stdlib")


def destination() -> str:
    return os.environ.get("DESTINATION") or os.path.join(tempfile.gettempdir(), "starjob-etl-python")


def extract(data: Optional[Dict[str, str]], generate: Generate, context: Context) -> None:
    """Lists the texts with a prefix, without reading them."""
    prefix = (data or {}).get("prefix", "")
    for name in storage.names(source(), prefix):
        if name.endswith(SUFFIXES):
            generate({"step": "transform", "data": name})


def transform(name: str, generate: Generate, context: Context) -> None:
    """Counts one text and generates an item with its figures."""
    raw = storage.read(source(), name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise drop(error)  # it will be no text next time either
    words = Counter(word.casefold() for word in WORD.findall(text))
    figures = {
        "name": name,
        "lines": text.count("\n") + (not text.endswith("\n") and text != ""),
        "words": words.total() if hasattr(words, "total") else sum(words.values()),
        "different": len(words),
        # Words with equal counts are in alphabetical order, so that a second run gives the same result.
        "most": sorted(words.items(), key=lambda item: (-item[1], item[0]))[:5],
    }
    generate({"step": "load", "data": figures})


def load(figures: Dict[str, Any], generate: Generate, context: Context) -> None:
    """Writes the figures of one text. A second run writes the same bytes to the same place."""
    storage.write(destination(), figures["name"] + ".json", figures)
