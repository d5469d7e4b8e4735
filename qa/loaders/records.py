"""Convert records with named fields to articles; shared by JSON, JSON Lines and CSV."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from qa.errors import ArticleError, LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.dates import date_in_head
from qa.loaders.fields import DATE_FIELDS, one_line, parse_date, parse_tags, title_from_text
from qa.loaders.structured.nested_fields import flat_fields, joined_text
from qa.types import Article, Heading, Place
from qa.types.validation import check_language

__all__ = [
    "MAX_DOCUMENT_VALUES",
    "Record",
    "check_values",
    "has_text",
    "is_text_field",
    "load_record",
    "load_records",
]

TEXT_FIELDS = (
    "text content body article story passage document full_text article_text body_text content_text text_content "
    "article_body contents paragraphs maintext selftext abstract context"
).split()
"""The names of fields that hold the text of an article, the likeliest first."""
MAX_VALUES = 1_000_000
"""Most values in the JSON of one record."""
MAX_DOCUMENT_VALUES = 5_000_000
"""Most values in a JSON document, which may hold many records."""
_SOURCE_FIELDS = ("source", "url")
_ID_FIELDS = ("id", "_id")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Record = Mapping[str, object]


def load_records(
    file: File, records: Iterable[tuple[int | str, Record | LoadError]], place: Place | None = None
) -> Iterator[Article | LoadFailure]:
    """Yield the article of each numbered record, or a failure if the record is invalid.

    :param place: the place of the record with number 0; None if the numbers name no place in the file.
    :raises LoadError: if no record is a valid article.
    """
    pending: list[LoadFailure] | None = []  # failures before the first article; None after it
    for number, record in records:
        item = _tried(f"{file.source}#{number}", partial(_numbered_article, file, number, record, place))
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


def load_record(record: Mapping[str, object], name: str, text_field: str = "") -> Article | LoadFailure:
    """Return the article of a record that stands in no file, or a failure with this name.

    Without a source, its id is its source; without both, one is made from its text. Values may be those of a data
    frame: NaN and the like are missing.

    :param text_field: the name of the field that holds the text; empty to find it.
    """

    def without_source(identifier: object) -> tuple[str, tuple[Place, ...]]:
        return "" if identifier is None else one_line(str(identifier)), ()

    fields = {str(key): None if _is_missing(value) else value for key, value in record.items()}
    return _tried(name, partial(_article, fields, text_field, without_source))


def check_values(record: str | bytes, most: int | None = None) -> None:
    """Check that the JSON of a record is small in memory: an empty list takes 3 bytes in a file but 64 there.

    :param most: the most values; ``MAX_VALUES`` by default.
    :raises LoadError: if it may have too many values. Commas and brackets inside strings count.
    """
    most = MAX_VALUES if most is None else most
    signs = (",", "[", "{") if isinstance(record, str) else (b",", b"[", b"{")
    if len(record) > most and sum(map(record.count, signs)) > most:  # type: ignore[arg-type]
        raise LoadError(f"it has more than {most:,} values: this is not one article; split it")


def is_text_field(name: str, text_field: str = "") -> bool:
    """Return whether a field, given by its path, holds the text: the one that is asked for, or one by its name."""
    path = name.strip().lower()
    if text_field:
        wanted = text_field.strip().lower()
        return path == wanted or path.endswith(f".{wanted}")
    return _plain_name(path) in TEXT_FIELDS


def has_text(record: Record, text_field: str = "") -> bool:
    """Return whether an object has a text of its own, not only in a nested record."""
    return any(is_text_field(name, text_field) and joined_text(value).strip() for name, value in record.items())


def _plain_name(path: str) -> str:
    return re.sub(r"[\s-]+", "_", path.rpartition(".")[2])


def _tried(name: str, build: Callable[[], Article]) -> Article | LoadFailure:
    """Return the article that is built, or a failure with this name."""
    try:
        return build()
    except ArticleError as error:
        return LoadFailure(name, str(error))
    except (RecursionError, TypeError, ValueError, OverflowError) as error:
        return LoadFailure(name, f"its fields are not valid ({error}): correct them")


def _numbered_article(file: File, number: int | str, record: Record | LoadError, place: Place | None) -> Article:
    """Return the article of a record in a file, which stands for its source if the record names none."""
    if isinstance(record, LoadError):
        raise record

    def without_source(identifier: object) -> tuple[str, tuple[Place, ...]]:
        name = one_line(str(number if identifier is None else identifier)) or number
        source = f"{file.source}#{name}"
        if place is None or not isinstance(number, int):
            return source, ()
        return source, (Place(0, f"{place.label} {(place.line or 0) + number}"),)

    return _article(record, file.text_field, without_source)


def _article(
    record: Record, text_field: str, without_source: Callable[[object], tuple[str, tuple[Place, ...]]]
) -> Article:
    """Return the article of a record.

    :param without_source: returns the source and the places of a record that has no source, by its id or None.
    """
    text, fields = _split_text(record, text_field)
    has_date = "date" in fields or any(key.strip().lower() == "date" for key in record)  # if only as null
    title = fields.pop("title", None)
    if title is None and isinstance(fields.get("headline"), str):
        title = fields.pop("headline")
    source = _take(fields, _SOURCE_FIELDS)
    made, made_places = without_source(_take(fields, _ID_FIELDS)) if source is None else (str(source), ())
    dates = (date for name in DATE_FIELDS if (date := _date(fields.get(name))))
    date = next(dates, None) or (None if has_date else date_in_head(text))
    fields.pop("date", None)
    article = Article(
        text,
        title if isinstance(title, str) else title_from_text(text),
        made,
        date,
        headings=_headings(fields, text),
        pages=_pages(fields, text),
        tags=_tags(fields.pop("tags", None)),
    )
    places, language = _places(fields, text), _language(fields)
    return replace(article, places=places or made_places, language=language, metadata=_metadata(fields))


def _split_text(record: Record, text_field: str) -> tuple[str, dict[str, object]]:
    """Return the text of a record, and its other fields by their names in lower case.

    If the text is nested, the fields beside it count as fields of the record.

    :raises LoadError: if there is no text.
    """
    fields = {key.strip().lower(): value for key, value in record.items() if value is not None}
    names = _text_names(fields, text_field)
    if not any(joined_text(fields[name]).strip() for name in names):
        nested = {key.strip().lower(): value for key, value in flat_fields(record).items() if value is not None}
        if nested.keys() != fields.keys():
            fields = nested
            names = _text_names(fields, text_field)
    name = next((name for name in names if joined_text(fields[name]).strip()), None)
    if name is None:
        columns = ", ".join(name[:60] for name in [*fields][:20]) or "no fields"
        if names:
            raise LoadError(f"its text is blank or not a string: fill it in (it has: {columns})")
        wanted = f"no field named {text_field}" if text_field else "no text"
        option = "--text-field (Settings.text_field in Python)"
        raise LoadError(f"it has {wanted}: name the field of the text by {option}; it has: {columns}")
    text = joined_text(fields.pop(name))
    beside = name.rpartition(".")[0]
    if beside:
        for path in [path for path in fields if path.rpartition(".")[0] == beside]:
            if (leaf := path.rpartition(".")[2]) not in fields:
                fields[leaf] = fields.pop(path)
    return text, fields


def _text_names(fields: Iterable[str], text_field: str) -> list[str]:
    """Return the fields that may hold the text, the likeliest first."""
    names = [name for name in fields if is_text_field(name, text_field)]
    if text_field:
        return sorted(names, key=len)
    return sorted(names, key=lambda name: (name.count("."), TEXT_FIELDS.index(_plain_name(name))))


def _take(fields: dict[str, object], names: Iterable[str]) -> object:
    """Remove and return the first field that is neither empty nor nested."""
    for name in names:
        value = _unwrapped(fields.get(name, ""))
        if value != "" and not isinstance(value, list | Mapping):
            del fields[name]
            return value
    return None


def _unwrapped(value: object) -> object:
    """Return what MongoDB writes as an object with a name of its own: ``{"$oid": "57"}``."""
    if isinstance(value, Mapping) and len(value) == 1 and str(name := next(iter(value))).startswith("$"):
        return value[name]
    return value


def _date(value: object) -> dt.date | None:
    """Return the date of an exported article exactly, but not the dates that programs write for "none"."""
    value = _unwrapped(value)
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
    if isinstance(value, bool | int | float | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _is_missing(value: object) -> bool:
    """Whether a value of a data frame is NaN, NaT or NA: none of them equals itself."""
    try:
        return bool(value != value)  # noqa: PLR0124
    except TypeError:  # the NA of pandas is neither true nor false
        return True
    except ValueError:  # an array
        return False
