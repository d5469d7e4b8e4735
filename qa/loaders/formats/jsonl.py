"""JSON Lines: one article per line, as a JSON object."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.encodings import decode, is_utf8
from qa.loaders.formats.json_documents import load_document, parse
from qa.loaders.records import Record, check_values, load_records
from qa.types import Article, Place

__all__ = ["load"]

_ACTIONS = frozenset(("create", "index", "update"))
_TARGETS = frozenset(("_index", "_type", "_id", "_routing", "routing"))
_OBJECT = re.compile(rb"\s*\{")


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each line; lines are numbered from 1.

    A file whose first line is none, but that is JSON as a whole, is read as such.

    :raises LoadError: if the file is not text, or no line is a valid article.
    """
    lines = _lines(file.data)
    first = next((line for line in lines if line.strip()), "")
    if isinstance(_parse(first), LoadError):
        with suppress(LoadError):
            document = parse(file)
            return load_document(file, document)
    return load_records(file, _records(_lines(file.data)), Place(0, "line", 0))


def _lines(data: bytes) -> Iterable[str | bytes]:
    """Return the lines, as bytes if they are UTF-8, so that memory does not also hold the decoded file."""
    # Only a line feed ends a line: JSON strings may contain the other line separators of Unicode.
    if _OBJECT.match(data) and is_utf8(data):
        return io.BytesIO(data)
    return io.StringIO(decode(data), newline="\n")


def _records(lines: Iterable[str | bytes]) -> Iterator[tuple[int, Record | LoadError]]:
    for number, line in enumerate(lines, 1):
        if line.strip() and not _is_action(record := _parse(line)):
            yield number, record


def _is_action(record: Record | LoadError) -> bool:
    """Return whether a line holds no record but says what Elasticsearch is to do with the one in the next."""
    if isinstance(record, LoadError) or len(record) != 1:
        return False
    ((name, target),) = record.items()
    return name in _ACTIONS and isinstance(target, dict) and all(key in _TARGETS for key in target)


def _parse(line: str | bytes) -> Record | LoadError:
    try:
        check_values(line)
        record = json.loads(line)
    except LoadError as error:
        return error
    except (ValueError, RecursionError) as error:
        return LoadError(f"the line is not valid JSON ({error}): correct it")
    return record if isinstance(record, dict) else LoadError("the line is not a JSON object: write it as {...}")
