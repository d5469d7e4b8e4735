"""Tables: which cell each piece of text is in, and the rows as lines of text."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median

from qa.loaders.layout.geometry import MARKER, Box, Line, Piece, bounds, group_rows
from qa.loaders.rendering.tables import Cell, write_table

__all__ = ["read_rows", "split_columns", "write_cells"]

Span = tuple[float, float]
Row = list[list[Piece]]  # the pieces of each cell

_MIN_NUMBERED = 8
"""How many lines are numbered at least, if they are."""
_MIN_WORDS = 3
"""The mean number of words of numbered lines at least; else the numbers may be those of a table's rows."""


def split_columns(pieces: Iterable[Piece], gutters: Sequence[Span]) -> list[list[Piece]]:
    """Return the pieces of each column."""
    borders = [(left + right) / 2 for left, right in gutters]
    columns: list[list[Piece]] = [[] for _ in range(len(borders) + 1)]
    for piece in pieces:
        columns[bisect(borders, piece.middle[0])].append(piece)
    return [column for column in columns if column]


def read_rows(strips: Sequence[Sequence[Piece]], gutters: Sequence[Span], edges: Span) -> list[Line]:
    """Return the lines of text that stands in rows: a table, or labels with what they label."""
    borders = [(left + right) / 2 for left, right in gutters]
    rows = [_cells(row, borders) for strip in strips for row in group_rows(strip)]
    if len(gutters) == 1 and _is_numbered(rows):
        return [_plain(row[1:], edges) for row in rows if row[1]]
    if len(gutters) == 1 and all(not row[0] or MARKER.fullmatch(f"{_text(row[0])} ") for row in rows):
        return [_plain(row, edges) for row in rows]
    lines: list[Line] = []
    for table in _stretches(rows):
        if len(table) > 1 and len(table[0]) > 0 and sum(map(_is_filled, table)) > 1:
            lines += _write(_merge_wrapped(table))
        else:
            lines += [_plain(row, edges) for row in table]
    return lines


def _cells(row: Iterable[Piece], borders: Sequence[float]) -> Row:
    cells: Row = [[] for _ in range(len(borders) + 1)]
    for piece in row:
        cells[bisect(borders, piece.middle[0])].append(piece)
    return cells


def _is_numbered(rows: Sequence[Row]) -> bool:
    """Return whether the lines of a page are numbered in its margin, as in transcripts: 1, 2, 3 or 5, 10, 15."""
    labels = [_text(row[0]) for row in rows if row[0]]
    if len(labels) < _MIN_NUMBERED or not all(label.isdecimal() for label in labels):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(labels)}
    words = sum(len(piece.text.split()) for row in rows for piece in row[1])
    return steps in ({1}, {5}) and words >= _MIN_WORDS * len(rows)


def _is_filled(row: Row) -> bool:
    return sum(map(bool, row)) > 1


def _stretches(rows: Sequence[Row]) -> list[list[Row]]:
    """Part the rows of one cell at the start and the end, which are titles and notes, from the table."""
    filled = [number for number, row in enumerate(rows) if _is_filled(row)]
    if not filled:
        return [list(rows)]
    first, last = filled[0], filled[-1]
    if first > 0 and not rows[first - 1][0]:
        first -= 1
    while last + 1 < len(rows) and _is_wrapped(rows[last + 1], rows[last]):
        last += 1
    parts = [[row] for row in rows[:first]], [list(rows[first : last + 1])], [[row] for row in rows[last + 1 :]]
    return [part for group in parts for part in group]


def _is_wrapped(row: Row, above: Row) -> bool:
    """Return whether a row goes on with the cells of the row above."""
    if row[0] and above[0]:
        return False
    if any(cell and not above_cell for cell, above_cell in zip(row, above, strict=True)):
        return False
    gap = _box(row).top - _box(above).bottom
    return gap < 0.45 * _size(row)


def _merge_wrapped(rows: Sequence[Row]) -> list[Row]:
    """Join the lines of cells that go over several lines."""
    pitches = [_box(below).top - _box(above).top for above, below in pairwise(rows)]
    usual = median(pitches) if pitches else 0.0
    merged: list[Row] = []
    for number, row in enumerate(rows):
        is_close = number > 0 and pitches[number - 1] <= 1.05 * usual
        if merged and is_close and not _is_filled_like(row, merged[-1]) and _is_wrapped(row, rows[number - 1]):
            merged[-1] = [cell + more for cell, more in zip(merged[-1], row, strict=True)]
        else:
            merged.append([list(cell) for cell in row])
    return merged


def _is_filled_like(row: Row, above: Row) -> bool:
    return [bool(cell) for cell in row] == [bool(cell) for cell in above]


def _plain(row: Row, edges: Span) -> Line:
    pieces = [piece for cell in row for piece in cell]
    box, longest = bounds(pieces), max(pieces, key=lambda piece: len(piece.text))
    text = " ".join(piece.text for piece in pieces)
    is_bold = all(piece.is_bold for piece in pieces)
    return Line(box.left, box.top, box.right, box.bottom, text, longest.size, edges, is_bold=is_bold)


def _write(rows: Sequence[Row]) -> list[Line]:
    cells = {(number, column): cell for number, row in enumerate(rows) for column, cell in enumerate(row) if cell}
    return write_cells(cells, _no_span, bounds(piece for cell in cells.values() for piece in cell))


def _no_span(row: int, column: int) -> tuple[int, int]:  # noqa: ARG001
    return 1, 1


def write_cells(
    cells: Mapping[tuple[int, int], Sequence[Piece]], span: Callable[[int, int], tuple[int, int]], box: Box
) -> list[Line]:
    """Return the lines of a table.

    :param cells: the pieces of each cell, by row and column.
    :param span: returns how many rows and columns a cell covers.
    """
    placed: dict[int, dict[int, Sequence[Piece]]] = {row: {} for row in range(max(cells)[0] + 1)}
    for row, column in sorted(cells):
        placed[row][column] = cells[row, column]
    heads = next((row for row in placed if not _is_bold(placed[row])), 0)  # none if all is bold
    written: list[list[Cell]] = []
    covered: set[tuple[int, int]] = set()  # by cells that began further above or to the left
    for row, texts in placed.items():
        written.append([])
        for column in range(max(texts, default=-1) + 1):
            if (row, column) in covered:
                continue
            height, width = span(row, column) if column in texts else (1, 1)
            covered |= {(row + down, column + right) for down in range(height) for right in range(width)}
            written[-1].append(Cell(_text(texts.get(column, ())), row < heads, width, height))
    lines = []
    for line in write_table(written):
        pieces = [piece for cell in placed[line.row].values() for piece in cell]
        place, size = (bounds(pieces), median(piece.size for piece in pieces)) if pieces else (box, 10.0)
        edges = box.left, box.right
        lines.append(Line(box.left, place.top, box.right, place.bottom, line.text, size, edges, "row"))
    return lines


def _is_bold(row: Mapping[int, Sequence[Piece]]) -> bool:
    return bool(row) and all(piece.is_bold for cell in row.values() for piece in cell)


def _text(cell: Sequence[Piece]) -> str:
    return " ".join(piece.text for row in group_rows(cell) for piece in row)


def _box(row: Iterable[Sequence[Piece]]) -> Box:
    return bounds(piece for cell in row for piece in cell)


def _size(row: Row) -> float:
    return median(piece.size for cell in row for piece in cell)
