"""JSON Lines: one article per line, as a JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

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
    """Yield the article of each line; lines are numbered from 1.

    A file whose first line is none, but that is JSON as a whole, is read as such.

    :raises LoadError: if the file is not text, or no line is a valid article.
    """
    if not begins_with_records(file.data, lines=1):
        with suppress(LoadError):
            return load_document(file, parse_document(file))
    return load_lines(file)
