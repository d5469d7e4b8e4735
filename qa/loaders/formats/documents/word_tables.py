"""The tables of a Word document: which cells are merged or headers, and which tables only lay out a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from qa.loaders.formats.documents.word_styles import WORD, Styles, is_on, value

__all__ = ["Layout", "cell_columns", "header_cells", "is_layout", "merged_rows"]

MAX_COLUMNS = 256
_FIRST_ROW, _FIRST_COLUMN = 0x20, 0x80


@dataclass(slots=True)
class Layout:
    """An open table. A plain one only lays out the page: its cells are read as paragraphs."""

    is_plain: bool = False
    merged: dict[Any, int] = field(default_factory=dict)
    headers: set[Any] = field(default_factory=set)
    is_in_cell: bool = False


def is_layout(table: Any, is_heading: Callable[[Any], bool]) -> bool:
    """Return whether the cells are read as paragraphs: they hold tables or headings, or there is one column."""
    if table.find(f".//{WORD}tbl") is not None or not any(len(cells) > 1 for cells in _rows(table)):
        return True
    return any(map(is_heading, table.iter(f"{WORD}p")))


def cell_columns(cell: Any) -> int:
    """Return how many columns a cell spans."""
    span = value(cell, "tcPr/gridSpan")
    return min(max(int(span), 1), MAX_COLUMNS) if span.isdecimal() else 1


def merged_rows(table: Any) -> dict[Any, int]:
    """Return how many rows each vertically merged cell spans: 0 for the cells that continue one above."""
    rows: dict[Any, int] = {}
    above: dict[int, Any] = {}  # the cell that started the merger in each column
    for cells in _rows(table):
        below: dict[int, Any] = {}
        column = 0
        for cell in cells:
            merger = cell.find(f"{WORD}tcPr/{WORD}vMerge")
            is_restart = merger is not None and merger.get(f"{WORD}val") == "restart"
            if merger is not None and not is_restart and column in above:
                below[column] = above[column]
                rows[above[column]] += 1
                rows[cell] = 0
            elif merger is not None:
                below[column] = cell
                rows[cell] = 1
            column += cell_columns(cell)
        above = below
    return rows


def header_cells(table: Any, styles: Styles) -> set[Any]:
    """Return the cells that name columns or rows: marked as headers, or bold at the top or the left.

    Word repeats rows that are marked at the top of each page. Most tables are not marked, but their first row is
    bold, by its own format or by that of the table's style.
    """
    style = value(table, "tblPr/tblStyle")
    top = _has_look(table, _FIRST_ROW, "firstRow") and _is_styled_bold(styles, style, "firstRow")
    left = _has_look(table, _FIRST_COLUMN, "firstColumn") and _is_styled_bold(styles, style, "firstCol")
    headers: set[Any] = set()
    for number, cells in enumerate(_rows(table)):
        is_marked = bool(cells) and bool(is_on(cells[0].getparent(), "trPr/tblHeader"))
        whole_row = is_marked or (number == 0 and (top or all(map(_is_bold_or_blank, cells))))
        if whole_row and (is_marked or any(map(_is_written, cells))):
            headers.update(cells)
        elif cells and (left or _is_bold(cells[0])) and not all(map(_is_bold, cells)):
            headers.add(cells[0])
    return headers


def _rows(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row, also those inside content controls."""
    for row in table.iter(f"{WORD}tr"):
        if not is_on(row, "trPr/del"):
            yield list(row.iter(f"{WORD}tc"))


def _has_look(table: Any, bit: int, name: str) -> bool:
    look = table.find(f"{WORD}tblPr/{WORD}tblLook")
    if look is None:
        return False
    if flag := look.get(WORD + name):
        return flag in ("1", "true", "on")
    try:
        return bool(int(look.get(f"{WORD}val", "0"), 16) & bit)
    except ValueError:
        return False


def _is_styled_bold(styles: Styles, style: str, kind: str) -> bool:
    """Return whether a table style makes its first row or column bold."""
    for ancestor in styles.ancestry(style):
        for condition in ancestor.findall(f"{WORD}tblStylePr"):
            if condition.get(f"{WORD}type") == kind:
                return bool(is_on(condition, "rPr/b"))
    return False


def _is_written(cell: Any) -> bool:
    return any((node.text or "").strip() for node in cell.iter(f"{WORD}t"))


def _is_bold_or_blank(cell: Any) -> bool:
    return _is_bold(cell) or not _is_written(cell)


def _is_bold(cell: Any) -> bool:
    """Return whether all words of a cell are bold."""
    runs = [run for run in cell.iter(f"{WORD}r") if any((t.text or "").strip() for t in run.iter(f"{WORD}t"))]
    return bool(runs) and all(is_on(run, "rPr/b") for run in runs)
