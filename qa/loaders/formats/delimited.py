"""CSV and TSV: an article a row, the columns named in the first."""

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
    """Yield the article of each row, numbered from 1 after the row of names.

    :raises LoadError: when the file is not text, has no column of texts, or no row is an article.
    """
    text = decode(file.data).lstrip("\r\n")
    # The limit is the process's, and 128 KiB by default: too little for an article. It is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    delimiter = _delimiter(text, _DELIMITERS[file.suffix])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return load_records(file, _rows(reader, _names(next(reader, []))))


def _delimiter(text: str, candidates: str) -> str:
    """Return the first delimiter that makes a header with a column of texts.

    :raises LoadError: when there is none.
    """
    found: list[str] = []
    for delimiter in candidates:
        try:
            header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        names = _names(header)
        if any(name.lower() in TEXT_FIELDS for name in names):
            return delimiter
        found = max(found, names, key=len)
    columns = ", ".join(name[:40] for name in found[:20]) or "none"
    raise LoadError(f"no column is named text, content or body: rename one in the first row (found: {columns})")


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
            f"the row has {len(row)} cells for {len(names)} columns: quote cells that hold the delimiter"
        )
    cells = zip(names, row, strict=False)
    # Reversed, so that the first of two columns of one name wins.
    return {name: cell for name, cell in reversed(list(cells)) if name and cell.strip()}
