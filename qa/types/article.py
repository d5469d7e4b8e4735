"""Articles, their passages, and the filters that select articles."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import reprlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Self

from qa.errors import ArticleError, SettingsError
from qa.types.place import Box, Place
from qa.types.validation import as_date, as_day, as_tuple, check_string

__all__ = [
    "FILE_SHA256",
    "MAX_PATTERN_CHARACTERS",
    "Article",
    "ArticleInfo",
    "Filters",
    "Heading",
    "Passage",
    "article_id",
    "is_made_source",
]

FILE_SHA256 = "file_sha256"
"""The key of the metadata that say which file an article was read from. They are no part of its content."""
MAX_PATTERN_CHARACTERS = 10_000
"""The longest pattern of ``Filters.sources``: what every store takes."""

_MADE = re.compile(r"text:[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article: ``text[start:end]``, at level 1 (outermost) to 6.

    :raises ArticleError: if a value is not an integer or out of range.
    """

    start: int
    end: int
    level: int

    def __post_init__(self) -> None:
        is_valid = type(self.start) is type(self.end) is type(self.level) is int
        if not (is_valid and 0 <= self.start <= self.end and 1 <= self.level <= 6):
            raise ArticleError(
                f"a heading must have 0 <= start <= end and a level from 1 to 6, not {reprlib.repr(self)}"
            )


@dataclass(frozen=True, slots=True)
class Article:
    """A text to ask questions about.

    ``source`` is where the text came from: a path, an address or any unique name. The article's id is derived from
    it, so adding the same source again updates the article; without a source, one is derived from the text.
    ``date`` may be given as a datetime or an ISO string. ``places`` say where each part stands in the original.
    ``pages`` is a short form for pages that are numbered from 1: the offset at which each begins. ``headings``,
    ``pages``, ``tags`` and ``places`` may be any iterables except strings. ``language`` is a code such as
    "de"; if it is empty, adding the article recognises it. It is no part of the content.

    :raises ArticleError: if a value has the wrong type, or a string has a NUL character or a lone surrogate, which
        could not be stored and read back.
    """

    text: str
    title: str = ""
    source: str = ""
    date: dt.date | None = None
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    language: str = field(default="", compare=False)

    if TYPE_CHECKING:  # what is given may have other types than what is kept

        def __init__(  # noqa: PLR0913, PLR0917
            self,
            text: str,
            title: str = "",
            source: str = "",
            date: dt.date | str | None = None,
            headings: Iterable[Heading] = (),
            pages: Iterable[int] = (),
            tags: Iterable[str] = (),
            metadata: Mapping[str, str] = ...,
            places: Iterable[Place] = (),
            language: str = "",
        ) -> None: ...

    def __post_init__(self) -> None:
        for name in ("text", "title", "source", "language"):
            check_string(name, getattr(self, name))
        for name, kind in (("headings", Heading), ("pages", int), ("tags", str), ("places", Place)):
            object.__setattr__(self, name, as_tuple(name, getattr(self, name), kind, ArticleError))
        self._check_offsets()
        for tag in self.tags:
            check_string("a tag", tag)
        if not isinstance(self.metadata, Mapping):
            raise ArticleError(f"metadata must map strings to strings, not {reprlib.repr(self.metadata)}")
        object.__setattr__(self, "metadata", dict(self.metadata))
        for string in chain(self.metadata, self.metadata.values()):
            check_string("metadata", string)
        object.__setattr__(self, "date", as_date("date", self.date, ArticleError))
        if not self.source:
            object.__setattr__(self, "source", f"text:{_digest(self.text)[:16]}")

    def _check_offsets(self) -> None:
        """Sort the headings, the pages and the places, and check that they lie within the text."""
        object.__setattr__(self, "headings", tuple(sorted(self.headings, key=lambda heading: heading.start)))
        if not all(type(page) is int and 0 <= page <= len(self.text) for page in self.pages):
            raise ArticleError(f"pages must be offsets into the text, not {reprlib.repr(self.pages)}")
        object.__setattr__(self, "pages", tuple(sorted(self.pages)))
        object.__setattr__(self, "places", tuple(sorted(self.places, key=attrgetter("start"))))
        if any(heading.end > len(self.text) for heading in self.headings):
            raise ArticleError(f"headings must lie within the text of {len(self.text)} characters")
        if self.places and self.places[-1].start > len(self.text):
            raise ArticleError(f"places must start within the text of {len(self.text)} characters")

    @classmethod
    def stored(cls, **values: Any) -> Self:
        """Return an article with all of its fields given and not checked: they were when it was stored."""
        article = object.__new__(cls)
        for name, value in values.items():
            object.__setattr__(article, name, value)
        return article

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits, derived from the source."""
        return article_id(self.source)

    @property
    def content_hash(self) -> str:
        """The SHA-256 of the content. If it is unchanged, nothing is embedded again.

        The source, the language and ``FILE_SHA256`` are no part of it.
        """
        content = asdict(self)
        del content["source"], content["language"]
        content["metadata"].pop(FILE_SHA256, None)
        if not self.places:  # as before there were places
            del content["places"]
        for place in content.get("places", ()):
            if place["box"] is None:  # as before places had boxes
                del place["box"]
        return _digest(json.dumps(content, sort_keys=True, default=str, ensure_ascii=True))

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page (from 1) at the offset, or None without pages."""
        return sum(start <= offset for start in self.pages) or None

    def place_at(self, offset: int) -> str:
        """Return the place in the original at the offset, such as ``page 3``; empty if it is not known."""
        before = bisect_right(self.places, offset, key=attrgetter("start"))
        if before:
            return self.places[before - 1].name(self.text, offset)
        page = self.page_at(offset)
        return f"page {page}" if page else ""

    def box_of(self, start: int, end: int) -> Box | None:
        """Return the smallest box around the lines of ``text[start:end]`` on the page on which it starts.

        It is None where boxes are not known: only lines that were read by OCR have one.
        """
        first = bisect_right(self.places, start, key=attrgetter("start")) - 1
        boxes = []
        for place in islice(self.places, max(first, 0), None):
            if place.box is None or place.label != self.places[first].label or place.start >= max(end, start + 1):
                break
            boxes.append(place.box)
        if first < 0 or not boxes:
            return None
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def is_ocr_at(self, offset: int) -> bool:
        """Return whether the page at the offset was read by OCR: ``metadata["ocr_pages"]`` lists such pages."""
        return str(self.page_at(offset)) in self.metadata.get("ocr_pages", "").split()

    def headings_at(self, offset: int) -> tuple[Heading, ...]:
        """Return the headings above the offset, outermost first."""
        path: list[Heading] = []
        for heading in self.headings:
            if heading.start > offset:
                break
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
        return tuple(path)


def article_id(source: str) -> str:
    """Return the id of the article with this source."""
    return _digest(source)[:16]


def is_made_source(source: str) -> bool:
    """Whether a source was derived from the text of an article that came without one."""
    return bool(_MADE.fullmatch(source))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """An article as it is listed: everything but its text."""

    id: str
    title: str
    source: str
    date: dt.date | None
    tags: tuple[str, ...]
    characters: int
    passages: int
    position: int = field(default=0, compare=False)
    """The article's place in the order of adding: what the next page of a listing begins after."""
    language: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A part of an article, short enough for the encoder: ``article.text[start:end]``.

    A title is read like a passage, too: with ``in_title``, it is ``article.title[start:end]``.
    """

    article_id: str
    start: int
    end: int
    in_title: bool = False

    def source_of(self, article: Article) -> str:
        """Return the text of the article that the offsets count in."""
        return article.title if self.in_title else article.text


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may look at. An empty field does not restrict; an article must meet all fields.

    ``after`` and ``before`` are inclusive and may be given as datetimes or ISO strings; a month (``2024-05``) or a
    year stands for its first day in ``after``, its last in ``before``. They leave out articles without a date,
    unless ``keep_undated`` is true. ``sources`` are globs (``news/*.txt``), ``tags`` and ``articles`` (ids) exact;
    one of each must match. Even a single one is given in a list: ``tags=["war"]``.

    :raises SettingsError: if a value has the wrong type, or a pattern is too long.
    """

    after: dt.date | None = None
    before: dt.date | None = None
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    keep_undated: bool = False

    if TYPE_CHECKING:  # what is given may have other types than what is kept

        def __init__(
            self,
            after: dt.date | str | None = None,
            before: dt.date | str | None = None,
            sources: Iterable[str] = (),
            tags: Iterable[str] = (),
            articles: Iterable[str] = (),
            keep_undated: bool = False,
        ) -> None: ...

    def __post_init__(self) -> None:
        if not isinstance(self.keep_undated, bool):
            raise SettingsError(f"keep_undated must be True or False, not {reprlib.repr(self.keep_undated)}")
        object.__setattr__(self, "after", as_day("after", self.after, SettingsError))
        object.__setattr__(self, "before", as_day("before", self.before, SettingsError, last=True))
        for name in ("sources", "tags", "articles"):
            object.__setattr__(self, name, as_tuple(name, getattr(self, name), str, SettingsError))
        if any(len(pattern) > MAX_PATTERN_CHARACTERS for pattern in self.sources):
            raise SettingsError(f"a pattern of sources must have at most {MAX_PATTERN_CHARACTERS:,} characters")

    def __bool__(self) -> bool:
        return any((self.after, self.before, self.sources, self.tags, self.articles))
