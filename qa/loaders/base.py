"""The types that all loaders share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Protocol

from qa.errors import LoadError
from qa.types import AddResult, Article

__all__ = ["COMPRESSIONS", "DEFAULT_LIMITS", "File", "LimitExceededError", "Limits", "LoadFailure", "Loader"]

COMPRESSIONS: Mapping[str, str] = {".gz": "gzip", ".bz2": "bz2", ".xz": "lzma"}
"""The suffixes of compressed files, each with the standard module that decompresses it."""

MULTI_ARTICLE_SUFFIXES: frozenset[str] = frozenset({".jsonl", ".ndjson"})
"""Formats with one article per line. They are read line by line, so a file may be larger than one article."""
MULTI_ARTICLE_FACTOR = 10
"""How many times the usual limit such a file may have."""


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """A file, or a part of one such as a row or an archive member, that gives no article, and the reason."""

    source: str
    reason: str
    is_skipped: bool = False
    """Whether it was left out by a rule, such as an unknown format in a folder, and nothing is wrong with it."""
    kind: str = ""
    """What is left out, in the plural, such as "images": a report sums up what is of one kind."""

    @property
    def result(self) -> AddResult:
        """The line of a report about it."""
        return AddResult(
            self.source, "skipped" if self.is_skipped else "failed", reason=self.reason, kind=self.kind
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost the process that parses it. Both limits have a setting."""

    megabytes: int = 1024
    """The memory that parsing may take, in MiB: ``max_load_mb``."""
    seconds: float = 60.0
    """The time that parsing may take: ``max_load_seconds``."""


DEFAULT_LIMITS = Limits()


class LimitExceededError(LoadError):
    """Parsing the file crashed the worker process or exceeded one of its limits."""


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of a file and its source. ``max_bytes`` limits the size of each member of an archive."""

    data: bytes
    source: str
    max_bytes: int
    decompressed: bool = False
    """Whether ``data`` has been decompressed already; ``source`` keeps the suffix of the compression."""
    limits: Limits = DEFAULT_LIMITS
    depth: int = 0
    """How many messages the file is attached to, one inside the other."""
    text_field: str = ""
    """The path of the field that holds the text of a record; empty to find it by its name."""

    @property
    def compression(self) -> str:
        """The suffix of the compression in lower case, with its dot; empty for an uncompressed file."""
        return _split_name(self.source)[2]

    @property
    def stem(self) -> str:
        """The file's name without the suffixes of its format and its compression."""
        return _split_name(self.source)[0]

    @property
    def suffix(self) -> str:
        """The suffix of the file's format in lower case, with its dot, ignoring the compression's suffix."""
        return _split_name(self.source)[1]

    @property
    def max_size(self) -> int:
        """The largest allowed size of the decompressed file, in bytes."""
        return self.max_bytes * (MULTI_ARTICLE_FACTOR if self.suffix in MULTI_ARTICLE_SUFFIXES else 1)

    @property
    def size_error(self) -> str:
        """The error message for a file that exceeds ``max_size``."""
        is_multi = self.suffix in MULTI_ARTICLE_SUFFIXES
        rule = "" if is_multi else f" (JSON Lines files may be {MULTI_ARTICLE_FACTOR} times as large)"
        after = " after decompression" if self.compression else ""
        limit = f"{self.max_size >> 20} MB"
        return f"the file exceeds the limit of {limit}{after}{rule}: split it, or raise max_file_mb"


@lru_cache(maxsize=64)  # parsing a path takes longer than parsing some files, and loaders ask often
def _split_name(source: str) -> tuple[str, str, str]:
    """Return the stem, the suffix of the format and that of the compression."""
    path = PurePosixPath(source)
    compression = path.suffix.lower()
    if compression not in COMPRESSIONS:
        return path.stem, compression, ""
    path = PurePosixPath(path.stem)
    return path.stem, path.suffix.lower(), compression


class Loader(Protocol):
    """The signature of ``load``, which every module in ``qa.loaders.formats`` defines."""

    def __call__(self, file: File) -> Iterable[Article | LoadFailure]:
        """Return every article in the file, and a failure for each invalid row or member.

        :raises LoadError: if the file contains no usable article.
        """
        ...
