"""JSON: a list of records, an object that holds one, a single record, or several documents in one file."""

from __future__ import annotations

from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.formats.json_files.json_records import (
    begins_with_records,
    load_document,
    load_lines,
    parse_document,
)
from qa.types import Article

__all__ = ["load"]


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each record; records are numbered from 1, or named by their keys.

    A file that is not JSON, but begins with an object on each line, is read line by line.

    :raises LoadError: if the file is not JSON, or no record is a valid article.
    """
    try:
        document = parse_document(file)
    except LoadError:
        if not begins_with_records(file.data, lines=2):
            raise
        return load_lines(file)
    return load_document(file, document)
