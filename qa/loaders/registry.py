"""The known formats, and the loader of each."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import cast

from qa.errors import ArticleError, LoadError
from qa.loaders.base import PACKINGS, File, Loader, LoadFailure
from qa.loaders.compressed import unpacked
from qa.types import Article

__all__ = ["FORMATS", "SUFFIXES", "is_known", "load_file"]

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
"""The module of ``qa.loaders.formats`` that loads each suffix."""

SUFFIXES: frozenset[str] = frozenset(FORMATS)
"""The suffixes of the known formats, in lower case, with their dots."""


def load_file(file: File) -> Iterator[Article | LoadFailure]:
    """Yield every article in the file, with the loader of its format.

    :raises LoadError: when nothing of the file can be used; never anything else.
    """
    if file.packing and not file.unpacked and file.suffix in FORMATS:
        file = unpacked(file)
    if file.suffix not in FORMATS:
        raise LoadError(f"the format {file.suffix or 'without a suffix'} is not known: use {_known()}")
    if not file.data:
        raise LoadError("the file holds no text: it is empty")
    try:
        module = importlib.import_module(f"qa.loaders.formats.{FORMATS[file.suffix]}")
        yield from cast(Loader, module.load)(file)
    except LoadError:
        raise
    except ArticleError as error:
        raise LoadError(str(error)) from error
    except Exception as error:
        # The parsers of foreign formats raise all manner of things on damaged input.
        raise LoadError(f"the file cannot be read and may be damaged ({_brief(error)}): save it anew") from error


def is_known(name: str) -> bool:
    """Whether a file of this name is of a known format, packed or not."""
    return File(b"", name, 0).suffix in FORMATS


def _known() -> str:
    return f"{', '.join(FORMATS)} (also with {', '.join(PACKINGS)})"


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200].rstrip(" :")
