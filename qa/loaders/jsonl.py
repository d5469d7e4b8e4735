"""JSON Lines: an object, and so an article, a line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.decoding import decode
from qa.loaders.records import Record, load_records
from qa.types import Article

__all__ = ["load"]


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each line, numbered from 1.

    :raises LoadError: when the file is not text or no line is an article.
    """
    return load_records(file, _lines(decode(file.data)))


def _lines(text: str) -> Iterator[tuple[int, Record | LoadError]]:
    # Only a line feed ends a line: JSON strings may hold the other separators of Unicode.
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if line.strip():
            yield number, _parse(line)


def _parse(line: str) -> Record | LoadError:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return LoadError(f"the line is not valid JSON ({error}): mend it")
    return record if isinstance(record, dict) else LoadError("the line is not a JSON object: write {...}")
