"""The records of JSON: in a document, or one on each line. JSON and JSON Lines read either."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.encodings import decode, is_utf8
from qa.loaders.records import MAX_DOCUMENT_VALUES, Record, check_values, has_text, load_records
from qa.loaders.structured.json_dialects import parse_json
from qa.loaders.structured.nested_fields import find_records
from qa.types import Article, Place

__all__ = ["begins_with_records", "load_document", "load_lines", "parse_document"]

_ACTIONS = frozenset(("create", "index", "update"))
_TARGETS = frozenset(("_index", "_type", "_id", "_routing", "routing"))
_OBJECT = re.compile(rb"\s*\{")


def load_lines(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each line, and a failure for a line that is no record.

    :raises LoadError: if the file is not text, or no line is a valid article.
    """
    return load_records(file, _line_records(_lines(file.data)), Place(0, "line", 0))


def begins_with_records(data: bytes, *, lines: int) -> bool:
    """Return whether each of the first lines of a file is a JSON object.

    :param lines: how many lines.
    :raises LoadError: if the file is not text.
    """
    first = list(islice((line for line in _lines(data) if line.strip()), lines))
    return len(first) == lines and not any(isinstance(_parse_line(line), LoadError) for line in first)


def _lines(data: bytes) -> Iterable[str | bytes]:
    """Return the lines, as bytes if they are UTF-8, so that memory does not also hold the decoded file."""
    # Only a line feed ends a line: JSON strings may contain the other line separators of Unicode.
    if _OBJECT.match(data) and is_utf8(data):
        return io.BytesIO(data)
    return io.StringIO(decode(data), newline="\n")


def _line_records(lines: Iterable[str | bytes]) -> Iterator[tuple[int, Record | LoadError]]:
    for number, line in enumerate(lines, 1):
        if line.strip() and not _is_action(record := _parse_line(line)):
            yield number, record


def _is_action(record: Record | LoadError) -> bool:
    """Return whether a line holds no record but says what Elasticsearch is to do with the one in the next."""
    if isinstance(record, LoadError) or len(record) != 1:
        return False
    ((name, target),) = record.items()
    return name in _ACTIONS and isinstance(target, dict) and all(key in _TARGETS for key in target)


def _parse_line(line: str | bytes) -> Record | LoadError:
    try:
        check_values(line)
        record = json.loads(line)
    except LoadError as error:
        return error
    except (ValueError, RecursionError) as error:
        return LoadError(f"the line is not valid JSON ({error}): correct it")
    return record if isinstance(record, dict) else LoadError("the line is not a JSON object: write it as {...}")


def parse_document(file: File) -> object:
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
    yield from load_records(file, _document_records(document, file.text_field))


def _document_records(document: object, text_field: str) -> Iterator[tuple[int | str, Record | LoadError]]:
    for key, record in find_records(document, lambda record: has_text(record, text_field)):
        number = int(key) if key.isascii() and key.isdigit() else key
        if isinstance(record, Mapping):
            yield number, record
        elif isinstance(record, str) and record.strip():
            yield number, {"text": record}
        else:
            yield number, LoadError("it is not an object with fields: write it as {...}")
