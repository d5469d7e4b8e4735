"""CSV and TSV: one article per row if a column holds a text, else one article with a line for each row."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.encodings import decode
from qa.loaders.records import Record, is_text_field, load_records
from qa.loaders.structured.dialects import Row, find_dialect, is_regular, read_rows
from qa.loaders.structured.spaced_rows import spaced_rows
from qa.loaders.structured.table_article import load_table
from qa.types import Article, Place

__all__ = ["load"]

_DELIMITERS = {".csv": ",;\t|", ".tsv": "\t,;|"}


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each row, or of the whole table if no column of the header holds a text.

    Rows of articles are numbered from 1 after the header.

    :raises LoadError: if the file is not text, or no row is a valid article.
    """
    text = decode(file.data).lstrip("\r\n")
    dialect = find_dialect(text, _DELIMITERS[file.suffix], lambda row: _has_text_column(row, file.text_field))
    spaced = None if dialect.start or is_regular(text, dialect) else spaced_rows(text)
    rows = iter(spaced) if spaced else read_rows(text, dialect, strict=True)
    header = next(rows, [])
    if isinstance(header, list) and _has_text_column(header, file.text_field):
        yield from load_records(file, _records(rows, _names(header)), Place(0, "row", 1))
        return
    if file.text_field:
        columns = ", ".join(_names(header)[:20]) if isinstance(header, list) else ""
        raise LoadError(f"no column is named {file.text_field}: choose another (it has: {columns or 'none'})")
    table = spaced or (row for row in read_rows(text, dialect) if not isinstance(row, csv.Error))
    yield from load_table(file, table)


def _has_text_column(row: Row, text_field: str) -> bool:
    return any(is_text_field(name, text_field) for name in row)


def _names(header: list[str]) -> list[str]:
    return [name.strip() for name in header]


def _records(rows: Iterator[Row | csv.Error], names: list[str]) -> Iterator[tuple[int, Record | LoadError]]:
    for number, row in enumerate(rows, 1):
        if isinstance(row, csv.Error):
            yield number, LoadError(f"the row is not valid CSV ({row}): check its quotes")
        elif any(cell.strip() for cell in row):
            yield number, _record(names, row)


def _record(names: list[str], row: Row) -> Record | LoadError:
    if any(cell.strip() for cell in row[len(names) :]):
        return LoadError(
            f"the row has {len(row)} cells but the header has {len(names)}: quote cells that contain the delimiter"
        )
    cells = zip(names, row, strict=False)
    # Reversed, so that the first of two columns with the same name wins.
    return {name: cell for name, cell in reversed(list(cells)) if name and cell.strip()}
