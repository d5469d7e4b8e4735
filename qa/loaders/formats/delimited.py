"""CSV and TSV: one article per row, after a header row with the column names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.encodings import decode
from qa.loaders.records import TEXT_FIELDS, Record, load_records
from qa.types import Article

__all__ = ["load"]

_DELIMITERS = {".csv": ",;\t|", ".tsv": "\t,;|"}


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each row; rows are numbered from 1 after the header.

    :raises LoadError: if the file is not text, has no text column, or no row is a valid article.
    """
    text = decode(file.data).lstrip("\r\n")
    # The limit is global and 128 KiB by default, too little for an article. It is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    delimiter = _delimiter(text, _DELIMITERS[file.suffix])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return load_records(file, _rows(reader, _names(next(reader, []))))


def _delimiter(text: str, candidates: str) -> str:
    """Return the first delimiter that gives a header with a text column.

    :raises LoadError: if there is none.
    """
    longest: list[str] = []
    for delimiter in candidates:
        try:
            header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        names = _names(header)
        if any(name.lower() in TEXT_FIELDS for name in names):
            return delimiter
        longest = max(longest, names, key=len)
    columns = ", ".join(name[:40] for name in longest[:20]) or "none"
    raise LoadError(f"no column is named text, content or body: rename one in the header row (it has: {columns})")


def _names(header: list[str]) -> list[str]:
    return [name.strip() for name in header]


def _rows(reader: Iterator[list[str]], names: list[str]) -> Iterator[tuple[int, Record | LoadError]]:
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, LoadError(f"the row is not valid CSV ({error}): check its quotes")
            continue
        if any(cell.strip() for cell in row):
            yield number, _record(names, row)


def _record(names: list[str], row: list[str]) -> Record | LoadError:
    if len(row) > len(names):
        return LoadError(
            f"the row has {len(row)} cells but the header has {len(names)}: quote cells that contain the delimiter"
        )
    cells = zip(names, row, strict=False)
    # Reversed, so that the first of two columns with the same name wins.
    return {name: cell for name, cell in reversed(list(cells)) if name and cell.strip()}
