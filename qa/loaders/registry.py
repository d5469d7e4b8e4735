"""Choose the loader for a file by its suffix."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import cast

from qa.errors import ArticleError, LoadError
from qa.loaders.base import COMPRESSIONS, File, Loader, LoadFailure
from qa.loaders.compressed import decompress
from qa.types import Article

__all__ = ["FORMATS", "SUFFIXES", "is_known_format", "load_file"]

FORMATS: Mapping[str, str] = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "delimited",
    ".tsv": "delimited",
    ".zip": "archive",
}
"""The suffixes of the known formats, each with the module in ``qa.loaders.formats`` that loads it."""

SUFFIXES: frozenset[str] = frozenset(FORMATS)
"""The suffixes of the known formats, in lower case, with their dots."""


def load_file(file: File) -> Iterator[Article | LoadFailure]:
    """Yield every article in the file, and a failure for each invalid row or member.

    :raises LoadError: if the file contains no usable article. No other exception is raised.
    """
    if file.suffix not in FORMATS:
        before = f" before {file.compression}" if file.compression else ""
        problem = f"{file.suffix} is not a known format" if file.suffix else f"the name has no suffix{before}"
        raise LoadError(f"{problem}: use {_known_suffixes()}")
    if file.compression and not file.decompressed:
        file = decompress(file)
    if not file.data:
        raise LoadError("the file contains no text: it is empty")
    try:
        module = importlib.import_module(f"qa.loaders.formats.{FORMATS[file.suffix]}")
        yield from cast(Loader, module.load)(file)
    except LoadError:
        raise
    except ArticleError as error:
        raise LoadError(str(error)) from error
    except Exception as error:
        # Third-party parsers raise all kinds of exceptions on damaged input.
        raise LoadError(f"the file cannot be read and may be damaged ({_brief(error)}): save it again") from error


def is_known_format(name: str) -> bool:
    """Return whether the file name has the suffix of a known format, compressed or not."""
    return File(b"", name, 0).suffix in FORMATS


def _known_suffixes() -> str:
    return f"{', '.join(FORMATS)} (each also with {', '.join(COMPRESSIONS)})"


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200].rstrip(" :")
