"""Tables with ruled cells, and boxes: what lines and rectangles on the page tell about its parts."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from qa.loaders.layout.geometry import Box, Line, Page, Piece, bounds, group_rows, typical_size
from qa.loaders.layout.page_tables import write_cells
from qa.loaders.layout.reading_order import order_pieces

__all__ = ["fold_boxes", "fold_ruled_tables"]

Place = tuple[int, int]
"""The row and the column of a cell."""
Span = Callable[[int, int], tuple[int, int]]
"""Returns how many rows and columns a cell covers."""

_NUMBER = re.compile(r"[^\w\s]*\d")
_TOUCH = 3.0
"""How far apart, in points, the ends of rules may be that are meant to meet."""
_MIN_CELL = 6.0
"""The lowest and the narrowest cell, in points."""
_MAX_RULES = 1000
_MAX_CELLS = 5000
_MAX_FRAMES = 50
_MAX_CELL_LINES = 20
_MAX_SHARE = 0.85
"""A rectangle that covers more of the page is its background."""
_MAX_ASIDE = 0.4
"""The share of the page that a box beside the text covers at most."""


def fold_ruled_tables(page: Page) -> None:
    """Replace the pieces inside of each ruled table by one piece that holds the table's lines."""
    rules = [*page.rules, *(edge for frame in page.frames for edge in _edges(frame))]
    flat = [rule for rule in rules if rule.height <= _TOUCH and rule.width > _MIN_CELL]
    upright = [rule for rule in rules if rule.width <= _TOUCH and rule.height > _MIN_CELL]
    if not flat or not upright or max(len(flat), len(upright)) > _MAX_RULES:
        return
    for grid_flat, grid_upright in _connected(flat, upright):
        grid = _Grid(grid_flat, grid_upright)
        if grid.is_table and grid.rows * grid.columns <= _MAX_CELLS:
            _fold(page, grid.box, grid.lines)


def fold_boxes(page: Page) -> None:
    """Replace the pieces inside of each box, such as a sidebar, by one piece that holds the box's lines."""
    area = page.width * page.height
    low = 2.5 * typical_size(page.pieces)
    frames = sorted(
        (frame for frame in page.frames if frame.height > low), key=lambda frame: frame.width * frame.height
    )
    shapes = [(round(frame.left), round(frame.width)) for frame in frames]
    for frame in frames[:_MAX_FRAMES]:
        if shapes.count((round(frame.left), round(frame.width))) > 1:
            continue  # the shades of rows
        share = frame.width * frame.height / area if area else 1.0
        inside = [piece for piece in page.pieces if frame.holds(piece.middle)]
        if share > _MAX_SHARE or len(inside) == len(page.pieces) or len(group_rows(inside)) < 3:
            continue
        _fold(page, frame, _aside if share < _MAX_ASIDE else order_pieces)


def _aside(pieces: Sequence[Piece]) -> list[Line]:
    """Return the lines of a box beside the text."""
    lines = order_pieces(pieces)
    for line in lines:
        line.kind = "aside" if line.kind == "text" else line.kind
    return lines


def _fold(page: Page, box: Box, read: Callable[[Sequence[Piece]], list[Line]]) -> None:
    inside = [piece for piece in page.pieces if box.holds(piece.middle)]
    lines = read(inside) if inside else []
    if not lines:
        return
    gone = set(map(id, inside))
    piece = Piece(box.left, box.top, box.right, box.bottom, "", typical_size(inside), lines=tuple(lines))
    page.pieces = [*(piece for piece in page.pieces if id(piece) not in gone), piece]


def _edges(frame: Box) -> Iterator[Box]:
    yield Box(frame.left, frame.top, frame.right, frame.top)
    yield Box(frame.left, frame.bottom, frame.right, frame.bottom)
    yield Box(frame.left, frame.top, frame.left, frame.bottom)
    yield Box(frame.right, frame.top, frame.right, frame.bottom)


def _connected(flat: Sequence[Box], upright: Sequence[Box]) -> Iterator[tuple[list[Box], list[Box]]]:
    """Yield the rules that touch each other, directly or through others."""
    touches = _touches(flat, upright)
    is_left = touches.any(axis=1)  # a rule that touches none is no part of a table
    while is_left.any():
        rows, columns = np.zeros(len(flat), np.bool_), np.zeros(len(upright), np.bool_)
        reached = np.zeros(len(flat), np.bool_)
        reached[is_left.argmax()] = True
        while reached.any():
            rows |= reached
            crossed = touches[reached].any(axis=0) & ~columns
            columns |= crossed
            reached = touches[:, crossed].any(axis=1) & ~rows
        is_left &= ~rows
        yield (
            [flat[row] for row in rows.nonzero()[0].tolist()],
            [upright[column] for column in columns.nonzero()[0].tolist()],
        )


def _touches(flat: Sequence[Box], upright: Sequence[Box]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return which rules touch, of shape (flat, upright)."""
    f = np.array([(rule.left, rule.right, rule.middle[1]) for rule in flat])[:, :, None]
    u = np.array([(rule.top, rule.bottom, rule.middle[0]) for rule in upright]).T[None]
    meets = (f[:, 0] - _TOUCH <= u[:, 2]) & (u[:, 2] <= f[:, 1] + _TOUCH)
    result: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = (
        meets & (u[:, 0] - _TOUCH <= f[:, 2]) & (f[:, 2] <= u[:, 1] + _TOUCH)
    )
    return result


class _Grid:
    """The cells between rules that touch each other."""

    def __init__(self, flat: Sequence[Box], upright: Sequence[Box]) -> None:
        self._flat, self._upright = flat, upright
        self.box = bounds([*flat, *upright])
        self._xs = _clusters([*(rule.middle[0] for rule in upright), self.box.left, self.box.right])
        self._ys = _clusters([*(rule.middle[1] for rule in flat), self.box.top, self.box.bottom])
        self._beside: list[list[tuple[float, float]]] = [[] for _ in self._xs]
        """The rules at the left of each column."""
        self._above: list[list[tuple[float, float]]] = [[] for _ in self._ys]
        for rule in upright:
            self._beside[_nearest(self._xs, rule.middle[0])].append((rule.top, rule.bottom))
        for rule in flat:
            self._above[_nearest(self._ys, rule.middle[1])].append((rule.left, rule.right))
        self._parted_beside: dict[Place, bool] = {}
        self._parted_above: dict[Place, bool] = {}
        self.columns, self.rows = len(self._xs) - 1, len(self._ys) - 1

    @property
    def is_table(self) -> bool:
        """Whether there are enough rules for a table: more than the lines around a page or between columns."""
        rules = len(self._flat), len(self._upright)
        return self.columns > 1 and self.rows > 1 and (rules[0] > 2 or min(rules) > 1)

    def lines(self, pieces: Sequence[Piece]) -> list[Line]:
        """Return the lines of the table, none if what stands in its cells is no table."""
        cells: dict[tuple[int, int], list[Piece]] = {}
        for piece in self._parted(pieces):
            x, y = piece.middle
            row, column = self._origin(*self._cell_at(x, y))
            cells.setdefault((row, column), []).append(piece)
        longest = max((len(group_rows(cell)) for cell in cells.values()), default=0)
        if len({column for _, column in cells}) < 2 or longest > _MAX_CELL_LINES:
            return []
        return write_cells(*_split_bands(cells, self._span), self.box)

    def _parted(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield the pieces, and parts of those that reach over a rule."""
        for piece in pieces:
            rest = piece
            y = piece.middle[1]
            first, last = bisect(self._xs, piece.left + 2), bisect(self._xs, piece.right - 2)
            for x, rules in zip(self._xs[first:last], self._beside[first:last], strict=True):
                if any(top <= y <= bottom for top, bottom in rules):
                    cut = bisect(rest.starts, x - 2)
                    words = rest.text.split(" ")
                    if 0 < cut < len(words) == len(rest.starts):
                        yield Piece(
                            rest.left, rest.top, x, rest.bottom, " ".join(words[:cut]), rest.size, rest.is_bold
                        )
                        rest = Piece(
                            rest.starts[cut],
                            rest.top,
                            rest.right,
                            rest.bottom,
                            " ".join(words[cut:]),
                            rest.size,
                            rest.is_bold,
                            rest.starts[cut:],
                        )
            yield rest

    def _cell_at(self, x: float, y: float) -> tuple[int, int]:
        row = min(max(bisect(self._ys, y) - 1, 0), self.rows - 1)
        return row, min(max(bisect(self._xs, x) - 1, 0), self.columns - 1)

    def _origin(self, row: int, column: int) -> tuple[int, int]:
        """Return the first cell of those that are one: no rule is between them."""
        while column > 0 and not self._is_parted_beside(row, column):
            column -= 1
        while row > 0 and not self._is_parted_above(row, column):
            row -= 1
        return row, column

    def _span(self, row: int, column: int) -> tuple[int, int]:
        """Return how many rows and columns a cell covers."""
        right, below = column + 1, row + 1
        while right < self.columns and not self._is_parted_beside(row, right):
            right += 1
        while below < self.rows and not self._is_parted_above(below, column):
            below += 1
        return below - row, right - column

    def _is_parted_beside(self, row: int, column: int) -> bool:
        is_parted = self._parted_beside.get((row, column))
        if is_parted is None:
            y = (self._ys[row] + self._ys[row + 1]) / 2
            is_parted = any(top <= y <= bottom for top, bottom in self._beside[column])
            self._parted_beside[row, column] = is_parted
        return is_parted

    def _is_parted_above(self, row: int, column: int) -> bool:
        is_parted = self._parted_above.get((row, column))
        if is_parted is None:
            x = (self._xs[column] + self._xs[column + 1]) / 2
            is_parted = any(left <= x <= right for left, right in self._above[row])
            self._parted_above[row, column] = is_parted
        return is_parted


def _split_bands(cells: Mapping[Place, list[Piece]], span: Span) -> tuple[Mapping[Place, list[Piece]], Span]:
    """Split cells that hold several rows each, where rules stand between groups of rows only."""
    parts: dict[Place, list[Piece]] = {}
    starts = [0]  # of each row, where it begins among the parts
    rows: list[dict[int, list[list[Piece]]]] = [{} for _ in range(max(cells)[0] + 1)]
    for (row, column), cell in cells.items():
        rows[row][column] = group_rows(cell)
    for row, lines in enumerate(rows):
        is_band = _are_rows(list(lines.values())) and all(span(row, column)[0] == 1 for column in lines)
        for column, texts in lines.items():
            for offset, text in enumerate(texts if is_band else [cells[row, column]]):
                parts[starts[-1] + offset, column] = text
        starts.append(starts[-1] + (len(next(iter(lines.values()))) if is_band else 1))

    def span_of_part(part: int, column: int) -> tuple[int, int]:
        row = bisect(starts, part) - 1
        height, width = span(row, column)
        return 1 if height == 1 else starts[min(row + height, len(starts) - 1)] - starts[row], width

    return parts, span_of_part


def _are_rows(cells: Sequence[Sequence[Sequence[Piece]]]) -> bool:
    """Return whether the lines of cells side by side are rows of their own.

    There are as many in each of three or more cells, at the same heights, and half of the cells hold nothing but
    numbers: wrapped texts are seldom so.
    """
    if len(cells) < 3 or len(cells[0]) < 2 or len({len(lines) for lines in cells}) > 1:
        return False
    are_level = all(
        abs(line[0].bottom - first[0].bottom) < 0.3 * first[0].size
        for lines in cells
        for line, first in zip(lines, cells[0], strict=True)
    )
    numbers = sum(all(_NUMBER.match(line[0].text) for line in lines) for lines in cells)
    return are_level and 2 * numbers >= len(cells)


def _clusters(values: Iterable[float]) -> list[float]:
    """Return the values, and of those that are nearly equal only the first."""
    ordered = sorted(values)
    return ordered[:1] + [value for before, value in pairwise(ordered) if value - before > _TOUCH]


def _nearest(values: Sequence[float], value: float) -> int:
    """Return the index of the value that is at most a little less."""
    return max(bisect(values, value) - 1, 0)
