"""Choose the loader for a file by its suffix."""

from __future__ import annotations

from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.base import COMPRESSIONS, File, LoadFailure
from qa.loaders.compressed import decompress
from qa.loaders.in_process import FORMATS, UNTRUSTED, load_here
from qa.loaders.worker.pool import load_in_worker
from qa.types import Article

__all__ = ["SUFFIXES", "is_known_format", "load_file", "unknown_format"]

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


def is_known_format(name: str) -> bool:
    """Return whether the file name has the suffix of a known format, compressed or not."""
    return File(b"", name, 0).suffix in FORMATS


def unknown_format(suffix: str) -> str:
    """Return the words for a file of a suffix that no loader takes, empty for a name without one."""
    return f"{suffix} is not a known format" if suffix else "the name has no suffix"


def _known_suffixes() -> str:
    return f"{', '.join(FORMATS)} (each also with {', '.join(COMPRESSIONS)})"
