"""What the loaders share: the protocol, the file that they are given and the making of an article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from qa.errors import LoadError
from qa.loaders.fields import fallback_title, one_line
from qa.types import Article, Heading

__all__ = [
    "PACKINGS",
    "File",
    "LoadFailure",
    "Loader",
    "check_strings",
    "make_article",
]

PACKINGS: Mapping[str, str] = {".gz": "gzip", ".bz2": "bz2", ".xz": "lzma"}
"""The suffixes of single files that are packed, and the modules that open them."""

MANY_ARTICLES: frozenset[str] = frozenset({".jsonl", ".ndjson"})
"""The formats that are read an article at a time, so that a file may be larger than an article."""
MANY = 10
"""How many times larger."""


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """A row or a member of a file that could not be made into an article, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of a file and where they are from. ``max_bytes`` bounds what an archive's member may hold."""

    data: bytes
    source: str
    max_bytes: int
    unpacked: bool = False
    """Whether the packing that the source names has been taken off."""

    @property
    def packing(self) -> str:
        """The suffix of the packing that the source names, in lower case, with its dot; empty without one."""
        suffix = PurePosixPath(self.source).suffix.lower()
        return suffix if suffix in PACKINGS else ""

    @property
    def stem(self) -> str:
        """The file's name without its suffix, and without that of its packing."""
        return self._inside.stem

    @property
    def suffix(self) -> str:
        """The suffix of the file's format in lower case, with its dot: what is left without its packing."""
        return self._inside.suffix.lower()

    @property
    def max_unpacked(self) -> int:
        """How many bytes the file may have, packing taken off."""
        return self.max_bytes * (MANY if self.suffix in MANY_ARTICLES else 1)

    @property
    def too_large(self) -> str:
        """What to say when it has more."""
        rule = "" if self.suffix in MANY_ARTICLES else f" (JSON lines may have {MANY} times as much)"
        unpacked = ", unpacked," if self.packing else ""
        limit = f"{self.max_unpacked >> 20} MB"
        return f"the file is{unpacked} above the limit of {limit}{rule}: split it, or raise the limit, max_file_mb"

    @property
    def _inside(self) -> PurePosixPath:
        path = PurePosixPath(self.source)
        return PurePosixPath(path.stem) if self.packing else path


class Loader(Protocol):
    """What the module of a format offers under the name ``load``."""

    def __call__(self, file: File) -> Iterable[Article | LoadFailure]:
        """Return every article in the file, and a failure for each row or member that is none.

        :raises LoadError: when nothing of the file can be used.
        """
        ...


def make_article(
    file: File,
    text: str,
    title: str = "",
    *,
    date: dt.date | None = None,
    headings: Iterable[Heading] = (),
    pages: Iterable[int] = (),
    tags: Iterable[str] = (),
    metadata: Mapping[str, str] | None = None,
) -> Article:
    """Return the article that is the whole of the file; one without a title gets its first heading or name.

    :raises LoadError: when the text is blank.
    """
    if not text.strip():
        raise LoadError("the file holds no text")
    headings = tuple(headings)
    found = title or (text[headings[0].start : headings[0].end] if headings else fallback_title(file.stem, text))
    kept = {key: value for key, value in (metadata or {}).items() if value}
    article = Article(text, one_line(found), file.source, date, headings, tuple(pages), tuple(tags), kept)
    return check_strings(article)


def check_strings(article: Article) -> Article:
    """Return the article, each of whose strings can be stored.

    :raises LoadError: when one holds half a character or NUL, which JSON and TOML can spell.
    """
    strings = (
        article.text,
        article.title,
        article.source,
        *article.tags,
        *article.metadata,
        *article.metadata.values(),
    )
    for string in strings:
        try:
            string.encode()
        except UnicodeEncodeError:
            raise LoadError(
                "it holds half a character (a lone surrogate): write it anew as valid Unicode"
            ) from None
        if "\0" in string:
            raise LoadError("it holds NUL characters: remove them")
    return article
