"""JSON: a list of records, an object that holds one, a single record, or several documents in one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.encodings import decode
from qa.loaders.records import MAX_DOCUMENT_VALUES, Record, check_values, has_text, load_records
from qa.loaders.structured.json_dialects import parse_json
from qa.loaders.structured.nested_fields import find_records
from qa.types import Article

__all__ = ["load", "load_document", "parse"]


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each record; records are numbered from 1, or named by their keys.

    :raises LoadError: if the file is not JSON, or no record is a valid article.
    """
    yield from load_document(file, parse(file))


def parse(file: File) -> object:
    """Return the value of a JSON file.

    :raises LoadError: if the file is not JSON, or has too many values.
    """
    text = decode(file.data)
    check_values(text, MAX_DOCUMENT_VALUES)
    try:
        return parse_json(text)
    except (ValueError, RecursionError) as error:
        raise LoadError(f"the file is not valid JSON ({error}): correct it") from error


def load_document(file: File, document: object) -> Iterator[Article | LoadFailure]:
    """Yield the article of each record of a JSON value.

    :raises LoadError: if no record is a valid article.
    """
    yield from load_records(file, _records(document, file.text_field))


def _records(document: object, text_field: str) -> Iterator[tuple[int | str, Record | LoadError]]:
    for key, record in find_records(document, lambda record: has_text(record, text_field)):
        number = int(key) if key.isascii() and key.isdigit() else key
        if isinstance(record, Mapping):
            yield number, record
        elif isinstance(record, str) and record.strip():
            yield number, {"text": record}
        else:
            yield number, LoadError("it is not an object with fields: write it as {...}")
