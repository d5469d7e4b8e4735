"""Find the rows that name the columns of a table, and the titles above them.

A CSV file begins with its header, unless with values, or with lines that are no row of the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["TableHead", "find_head", "is_name", "is_remark", "width_of"]

MAX_TITLES = 40
MAX_HEADER_ROWS = 3

_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d(?:[-/–]\d\d(?:\d\d)?)?")
_DATE = re.compile(r"\d{1,2}[-/. ][A-Za-z]{3,9}\.?[-/. ]\d{2,4}|[A-Za-z]{3}[-/]\d{2,4}")
_AMOUNT = re.compile(r"[^\w]*(?!\d{4}\b)\d[\d.,:/-]*\s?[^\W\d_]*\W*")
"""A number, perhaps with a unit: "12 euros"."""

Row = Sequence[str]


class TableHead(NamedTuple):
    """How many rows are titles, how many name the columns, and the names."""

    titles: int
    headers: int
    labels: list[str]


def find_head(rows: Sequence[Row]) -> TableHead:
    """Return the head of a table, by its first rows without the blank ones.

    Titles have fewer cells than the rows below. Several header rows are joined, a cell with blank ones to its
    right being part of the name of each: "Travel Air", "Travel Rail".
    """
    width = width_of(rows)
    titles = 0
    while titles < min(len(rows) - 1, MAX_TITLES) and _is_title(rows, titles, width):
        titles += 1
    body = rows[titles:]
    if len(body) < 2 or not _holds_names(body[0], width):
        return TableHead(titles if len(body) > 1 else 0, 0, [])
    headers = 1
    while headers < min(len(body) - 1, MAX_HEADER_ROWS) and _completes(body[headers - 1], body[headers], body):
        headers += 1
    labels = _joined(body[:headers])
    filled = [label for label in labels if label]
    if len(filled) < width - 1 or len({*map(str.casefold, filled)}) < len(filled):
        return TableHead(titles, 0, [])
    return TableHead(titles, headers, labels)


def width_of(rows: Sequence[Row]) -> int:
    """Return how many cells most rows fill."""
    counts = Counter(count for row in rows if (count := _filled(row)))
    if len(counts) > 1:
        del counts[1]  # titles and remarks
    return max(counts, key=lambda count: (counts[count], count), default=0)


def is_remark(row: Row, width: int) -> bool:
    """Return whether a row is no record but a remark, such as a source: its only cell is the first of several."""
    return width > 2 and _filled(row) == 1 and bool(row[0].strip())


def _is_title(rows: Sequence[Row], number: int, width: int) -> bool:
    row, following = rows[number], rows[number + 1]
    count = _filled(row)
    if width < 2 or count == width:
        return False
    if count < max(2, width / 2):
        return True
    # Longer than the table, and followed by its header: a sentence with commas in it.
    return _filled(following) == width < count and all(map(is_name, _cells(row) + _cells(following)))


def _holds_names(row: Row, width: int) -> bool:
    cells = _cells(row)
    if not cells or _YEAR.fullmatch(cells[0]):
        return False
    named = cells[1:] if _DATE.fullmatch(cells[0]) else cells  # the date of a table may stand in its corner
    is_named = all(is_name(cell) or _YEAR.fullmatch(cell) for cell in named)
    return is_named and not any(cell.endswith((".", "!", ";")) and " " in cell for cell in cells) and width > 1


def _completes(above: Row, row: Row, body: Sequence[Row]) -> bool:
    """Return whether a row names what the header above left blank, or divides the columns that a cell spans."""
    places = [place for place, cell in enumerate(row) if cell.strip()]
    is_below = all(
        not _at(above, place) or (place + 1 < len(row) and not _at(above, place + 1) and _at(row, place + 1))
        for place in places
    )
    has_values = any(not is_name(cell) for later in body[2:20] for cell in _cells(later))
    return bool(places) and is_below and has_values and all(map(is_name, _cells(row)))


def _joined(headers: Sequence[Row]) -> list[str]:
    """Return the names of the columns; only where a row divides it does a cell count for those to its right."""
    width = max(map(len, headers))
    labels = [_at(headers[-1], place) for place in range(width)]
    for row in reversed(headers[:-1]):
        current = ""
        for place in range(width):
            current = _at(row, place) or (current if labels[place] else "")
            labels[place] = " ".join(filter(None, (current, labels[place])))
    return labels


def is_name(cell: str) -> bool:
    """Return whether a cell is no number, amount or date."""
    text = cell.strip()
    return any(map(str.isalpha, text)) and not _DATE.fullmatch(text) and not _AMOUNT.fullmatch(text)


def _cells(row: Row) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]


def _filled(row: Row) -> int:
    return len(_cells(row))


def _at(row: Row, place: int) -> str:
    return " ".join(row[place].split()) if place < len(row) else ""
