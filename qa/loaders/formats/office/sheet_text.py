"""Write the cells of a sheet as text: a paragraph for each table, a line for each row, a place for each row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa.loaders.rendering.plain_text import PARAGRAPH, TextBuilder
from qa.loaders.rendering.tables import Cell, looks_like_header
from qa.types import Place

__all__ = ["Grid", "line_places", "write_sheet"]

Area = tuple[int, int, int, int]
"""The first row and column of a range, and the last ones."""
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet that hold text, by row and column, each with whether it is bold."""

    rows: Mapping[int, Mapping[int, tuple[str, bool]]]
    merged: Sequence[Area] = ()
    headers: Sequence[Area] = field(default_factory=list)
    """The cells that name columns."""


def write_sheet(builder: TextBuilder, grid: Grid, title: str, label: str, *, is_named: bool) -> list[Place]:
    """Write a sheet, and return the places of its rows.

    :param label: what a row is called, such as ``sheet Sales, row``.
    :param is_named: whether the sheet's name is written as a heading.
    """
    if not grid.rows:
        return []
    builder.end(PARAGRAPH)
    places: list[Place] = []
    if is_named:
        builder.add(title)
        places.append(Place(builder.next_start, label.removesuffix(", row")))
        builder.end(PARAGRAPH, level=1)
    merged = _Merged(grid.merged)
    for numbers in _tables(grid):
        columns = sorted({column for number in numbers for column in grid.rows[number]})
        rows = [_cells(grid, merged, number, columns, numbers) for number in numbers]
        lines = builder.table(rows)
        places += line_places(label, ((numbers[row], start) for row, start in lines))
    return places


def line_places(label: str, lines: Iterable[tuple[int, int]]) -> Iterator[Place]:
    """Yield the places of lines that follow each other, each given by its row's number and its offset.

    Rows whose numbers grow with the lines share a place.
    """
    expected = None
    for number, start in lines:
        if number != expected:
            yield Place(start, label, number)
        expected = number + 1


def _tables(grid: Grid) -> Iterator[list[int]]:
    """Yield the numbers of the rows of each table.

    A blank row ends a table, unless what follows it stands in the same columns and begins with no header.
    """
    numbers: list[int] = []
    for number in grid.rows:
        if numbers and number > numbers[-1] + 1 and _begins_table(grid, numbers, number):
            yield numbers
            numbers = []
        numbers.append(number)
    if numbers:
        yield numbers


def _begins_table(grid: Grid, before: Sequence[int], number: int) -> bool:
    above = {column for row in before[:_SAMPLE] for column in grid.rows[row]}
    row = grid.rows[number]
    if len(row) < 2 or not row.keys() <= above or any(is_bold for _, is_bold in row.values()):
        return True
    following = [grid.rows[other] for other in range(number + 1, number + _SAMPLE) if other in grid.rows]
    columns = sorted(above)
    texts = [[cells.get(column, ("",))[0] for column in columns] for cells in (row, *following)]
    return looks_like_header(texts[0], texts[1:])


class _Merged:
    """The merged cells of a sheet. Rows are asked for from the top down, so that no area is looked at twice."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._starts = {area[:2]: area for area in areas}
        self._tall = sorted((area for area in areas if area[2] > area[0]), reverse=True)
        self._open: list[Area] = []

    def covering(self, number: int) -> list[Area]:
        """Return the areas that reach down into a row from one above."""
        while self._tall and self._tall[-1][0] < number:
            self._open.append(self._tall.pop())
        self._open = [area for area in self._open if area[2] >= number]
        return self._open

    def end(self, number: int, column: int) -> tuple[int, int]:
        """Return the last row and column of the cell that begins here."""
        return self._starts.get((number, column), (0, 0, number, column))[2:]


def _cells(grid: Grid, merged: _Merged, number: int, columns: Sequence[int], numbers: Sequence[int]) -> list[Cell]:
    """Return the cells of a row: those that a merged cell covers are left out, and empty ones kept."""
    row = grid.rows[number]
    is_bold = number == numbers[0] and len(row) > 1 and all(bold for _, bold in row.values())
    marked = [area for area in grid.headers if area[0] <= number <= area[2]]
    covered = merged.covering(number)
    cells: list[Cell] = []
    last = 0
    for column in columns:
        if column <= last or any(first <= column <= end for _, first, _, end in covered):
            continue
        bottom, last = merged.end(number, column)
        is_header = is_bold or any(first <= column <= end for _, first, _, end in marked)
        width = bisect_right(columns, last) - bisect_left(columns, column)
        height = bisect_right(numbers, bottom) - bisect_left(numbers, number)
        cells.append(Cell(row.get(column, ("",))[0], is_header, max(width, 1), max(height, 1)))
    return cells
