"""Imports Gradio, with nothing reported anywhere, and in little more than half of the time."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__: list[str] = []


@contextmanager
def _without_stubs() -> Iterator[None]:
    """Let Gradio take its components for classes without a file.

    Of each that has one, it parses the source at every import and writes a stub file beside it, for editors alone.
    """
    getfile = inspect.getfile

    def file_of(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError
        return getfile(thing)

    inspect.getfile = file_of  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile


# Read by Gradio when it is imported: nothing is reported, and no table is made anew at every event.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)

with _without_stubs():
    import gradio  # noqa: F401
