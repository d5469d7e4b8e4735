"""Convert records with named fields to articles; shared by JSON Lines and CSV."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from qa.errors import ArticleError, LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.dates import date_in_head
from qa.loaders.fields import one_line, parse_date, parse_tags, title_from_text
from qa.types import Article, Heading, Place
from qa.types.validation import check_language

__all__ = ["TEXT_FIELDS", "Record", "check_values", "load_records"]

TEXT_FIELDS = ("text", "content", "body")
MAX_VALUES = 1_000_000
"""Most values in the JSON of one record."""
_SOURCE_FIELDS = ("source", "url")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Record = Mapping[str, object]


def load_records(file: File, records: Iterable[tuple[int, Record | LoadError]]) -> Iterator[Article | LoadFailure]:
    """Yield the article of each numbered record, or a failure if the record is invalid.

    :raises LoadError: if no record is a valid article.
    """
    pending: list[LoadFailure] | None = []  # failures before the first article; None after it
    for number, record in records:
        try:
            item: Article | LoadFailure = _article(file, number, record)
        except ArticleError as error:
            item = LoadFailure(f"{file.source}#{number}", str(error))
        except (RecursionError, TypeError, ValueError, OverflowError) as error:
            item = LoadFailure(f"{file.source}#{number}", f"its fields are not valid ({error}): correct them")
        if pending is None:
            yield item
        elif isinstance(item, LoadFailure):
            pending.append(item)
        else:
            yield from pending
            yield item
            pending = None
    if pending is not None:
        example = f": {pending[0].reason}" if pending else ""
        raise LoadError(f"the file contains no article{example}")


def check_values(record: str | bytes) -> None:
    """Check that the JSON of a record is small in memory: an empty list takes 3 bytes in a file but 64 there.

    :raises LoadError: if it may have too many values. Commas and brackets inside strings count.
    """
    signs = (",", "[", "{") if isinstance(record, str) else (b",", b"[", b"{")
    if len(record) > MAX_VALUES and sum(map(record.count, signs)) > MAX_VALUES:  # type: ignore[arg-type]
        raise LoadError(f"it has more than {MAX_VALUES:,} values: this is not one article; split it")


def _article(file: File, number: int, record: Record | LoadError) -> Article:
    if isinstance(record, LoadError):
        raise record
    fields = {key.strip().lower(): value for key, value in record.items() if value is not None}
    has_date = any(key.strip().lower() == "date" for key in record)  # if only to say that it has none
    columns = ", ".join(name[:40] for name in [*record][:20]) or "no columns"
    text = _take(fields, TEXT_FIELDS)
    if text is None:
        raise LoadError(f"it has no text: add a field named text, content or body (it has: {columns})")
    if not isinstance(text, str) or not text.strip():
        raise LoadError(f"its text is blank or not a string: fill it in (it has: {columns})")
    title = fields.pop("title", None)
    source = _take(fields, _SOURCE_FIELDS)
    identifier = fields.pop("id", number) if source is None else None
    article = Article(
        text,
        title if isinstance(title, str) else title_from_text(text),
        str(source) if source is not None else f"{file.source}#{one_line(str(identifier)) or number}",
        _date(fields.pop("date", None)) if has_date else date_in_head(text),
        headings=_headings(fields, text),
        pages=_pages(fields, text),
        tags=_tags(fields.pop("tags", None)),
    )
    places, language = _places(fields, text), _language(fields)
    return replace(article, places=places, language=language, metadata=_metadata(fields))


def _take(fields: dict[str, object], names: Iterable[str]) -> object:
    """Remove and return the first field that is not empty."""
    name = next((name for name in names if fields.get(name, "") != ""), None)
    return None if name is None else fields.pop(name)


def _date(value: object) -> dt.date | None:
    """Return the date of an exported article exactly, but not the dates that programs write for "none"."""
    if isinstance(value, str) and _ISO_DATE.fullmatch(value) and value not in ("0001-01-01", "9999-12-31"):
        with suppress(ValueError):
            return dt.date.fromisoformat(value)
    return parse_date(value)


def _tags(value: object) -> tuple[str, ...]:
    is_tags = isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    return tuple(value) if is_tags and isinstance(value, list) else parse_tags(value)


def _headings(fields: dict[str, object], text: str) -> tuple[Heading, ...]:
    """Take the headings of an exported article; leave a field of that name that has another meaning."""
    try:
        headings = tuple(Heading(**item) for item in fields["headings"])  # type: ignore[attr-defined]
    except (KeyError, TypeError, ArticleError):
        return ()
    if any(heading.end > len(text) for heading in headings):
        return ()
    del fields["headings"]
    return tuple(sorted(headings, key=lambda heading: heading.start))


def _pages(fields: dict[str, object], text: str) -> tuple[int, ...]:
    """Take the page offsets of an exported article; leave a field of that name that has another meaning."""
    pages = fields.get("pages")
    if not isinstance(pages, list) or not all(type(page) is int and 0 <= page <= len(text) for page in pages):
        return ()
    del fields["pages"]
    return tuple(sorted(pages))


def _places(fields: dict[str, object], text: str) -> tuple[Place, ...]:
    """Take the places of an exported article; leave a field of that name that has another meaning."""
    try:
        places = tuple(Place(**item) for item in fields["places"])  # type: ignore[attr-defined]
    except (KeyError, TypeError, ArticleError):
        return ()
    if any(place.start > len(text) for place in places):
        return ()
    del fields["places"]
    return places


def _language(fields: dict[str, object]) -> str:
    """Take the code of the language, such as "de"; leave a field of that name that has another meaning."""
    try:
        language = check_language(fields["language"])
    except (KeyError, ArticleError):
        return ""
    del fields["language"]
    return language


def _metadata(fields: dict[str, object]) -> dict[str, str]:
    nested = fields.pop("metadata", None)
    if isinstance(nested, dict):
        fields = {**nested, **fields}
    elif nested is not None:
        fields["metadata"] = nested
    return {key: _string(value) for key, value in fields.items() if value is not None}


def _string(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
