"""Choose the loader for a file by its suffix."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import cast

from qa.errors import ArticleError, LoadError
from qa.loaders.base import COMPRESSIONS, File, Loader, LoadFailure
from qa.loaders.compressed import decompress
from qa.loaders.worker.pool import load_in_worker
from qa.types import Article

__all__ = ["FORMATS", "SUFFIXES", "is_known_format", "load_file", "load_here", "unknown_format"]

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

UNTRUSTED: frozenset[str] = frozenset({"docx", "epub", "html", "markdown", "pdf"})
"""The modules that leave the parsing to other packages: they run in a worker process, within limits."""

SUFFIXES: frozenset[str] = frozenset(FORMATS)
"""The suffixes of the known formats, in lower case, with their dots."""


def load_file(file: File) -> Iterator[Article | LoadFailure]:
    """Yield every article in the file, and a failure for each invalid row or member.

    :raises LoadError: if the file contains no usable article. No other exception is raised.
    """
    if file.suffix not in FORMATS:
        before = f" before {file.compression}" if file.compression else ""
        problem = unknown_format(file.suffix) if file.suffix else f"the name has no suffix{before}"
        raise LoadError(f"{problem}: use {_known_suffixes()}")
    if file.compression and not file.decompressed:
        file = decompress(file)
    if not file.data:
        raise LoadError("the file contains no text: it is empty")
    if FORMATS[file.suffix] in UNTRUSTED:
        yield from load_in_worker(file)
        return
    try:
        yield from load_here(file)
    except MemoryError:
        raise LoadError("the file takes more memory than there is: split it") from None


def load_here(file: File) -> Iterator[Article | LoadFailure]:
    """Yield what :func:`load_file` does, from a decompressed file of a known format, always in this process.

    :raises LoadError: if the file contains no usable article.
    :raises MemoryError: if there is too little memory.
    """
    try:
        module = importlib.import_module(f"qa.loaders.formats.{FORMATS[file.suffix]}")
        yield from cast(Loader, module.load)(file)
    except LoadError as error:
        if error.__cause__ is not None and _is_out_of_memory(error.__cause__):
            raise MemoryError from error
        raise
    except MemoryError:
        raise
    except ArticleError as error:
        raise LoadError(str(error)) from error
    except Exception as error:
        # Third-party parsers raise all kinds of exceptions on damaged input.
        if _is_out_of_memory(error):
            raise MemoryError from error
        raise LoadError(f"the file cannot be read and may be damaged ({_brief(error)}): save it again") from error


def is_known_format(name: str) -> bool:
    """Return whether the file name has the suffix of a known format, compressed or not."""
    return File(b"", name, 0).suffix in FORMATS


def unknown_format(suffix: str) -> str:
    """Return the words for a file of a suffix that no loader takes, empty for a name without one."""
    return f"{suffix} is not a known format" if suffix else "the name has no suffix"


def _known_suffixes() -> str:
    return f"{', '.join(FORMATS)} (each also with {', '.join(COMPRESSIONS)})"


def _is_out_of_memory(error: BaseException) -> bool:
    # lxml raises a syntax error, and says only in its log that memory ran out.
    log = getattr(error, "error_log", None) or ()
    return isinstance(error, MemoryError) or any(entry.type_name == "ERR_NO_MEMORY" for entry in log)


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200].rstrip(" :")
