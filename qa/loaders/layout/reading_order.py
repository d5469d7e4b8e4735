"""Put the pieces of a page into reading order: columns one after the other, tables row by row.

Where a line has space between its pieces, the lines around it that leave the same space free form a group with it.
What such a group holds is decided by what stands in its columns: running text is read column by column, all else
row by row. A line that crosses the space ends the group. Each column is looked at in the same way again.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from operator import attrgetter
from statistics import fmean, median
from typing import Self

from qa.loaders.layout.geometry import Line, Piece, bounds, group_rows, typical_size
from qa.loaders.layout.page_tables import read_rows, split_columns
from qa.loaders.layout.superscripts import is_mark, mark_raised

__all__ = ["order_pieces"]

Span = tuple[float, float]

_MAX_DEPTH = 6
_MIN_GUTTER = 0.4
"""The narrowest space between columns that all of their lines leave free, of the height of a line."""
_MIN_WORDS = 3.3
"""The mean number of words a line from which a column counts as running text."""
_MIN_FILL = 0.5
"""The share of its column that the median line of running text fills at least."""


@dataclass(slots=True)
class _Strip:
    """Pieces side by side, with white space above and below."""

    pieces: list[Piece]
    free: list[Span]
    """Where the strip is empty, from left to right, including what is outside of it."""
    top: float
    bottom: float

    @classmethod
    def of(cls, pieces: list[Piece], size: float) -> Self:
        """Return the strip of some pieces."""
        if len(pieces) == 1:
            (piece,) = pieces
            return cls(pieces, [(-inf, piece.left), (piece.right, inf)], piece.top, piece.bottom)
        tops, bottoms = [piece.top for piece in pieces], [piece.bottom for piece in pieces]
        return cls(pieces, _free(pieces, size), min(tops), max(bottoms))

    @property
    def is_split(self) -> bool:
        return len(self.free) > 2


@dataclass(slots=True)
class _Group:
    """Strips that leave the same space free."""

    strips: list[_Strip] = field(default_factory=list)
    free: list[Span] = field(default_factory=list)
    gutters: list[Span] = field(default_factory=list)
    """The free spaces between columns."""

    @property
    def pieces(self) -> list[Piece]:
        return [piece for strip in self.strips for piece in strip.pieces]


def order_pieces(pieces: Sequence[Piece], depth: int = 0) -> list[Line]:
    """Return the lines of a region in reading order."""
    if not pieces:
        return []
    whole = bounds(pieces)
    edges = whole.left, whole.right
    size = typical_size(pieces)
    strips = _strips(pieces, size)
    if len(strips) == len(pieces):  # nothing stands beside anything else
        return _plain_lines(strips, edges)
    lines: list[Line] = []
    for group in _groups([_Strip.of(strip, size) for strip in strips], _MIN_GUTTER * size, size):
        lines += _read_group(group, edges, size, depth)
    return lines


def _read_group(group: _Group, edges: Span, size: float, depth: int) -> list[Line]:
    if not group.gutters or depth == _MAX_DEPTH:
        return _plain_lines([strip.pieces for strip in group.strips], edges)
    columns = split_columns(group.pieces, group.gutters)
    widest = max(right - left for left, right in group.gutters)
    is_narrow = len(group.strips) < 3 and widest < size
    if not is_narrow and _are_columns(columns):
        return [line for column in columns for line in order_pieces(column, depth + 1)]
    return read_rows([strip.pieces for strip in group.strips], group.gutters, edges)


def _plain_lines(strips: Iterable[list[Piece]], edges: Span) -> list[Line]:
    """Return the lines of text without columns, from top to bottom."""
    lines: list[Line] = []
    for strip in strips:
        for row in group_rows(strip) if len(strip) > 1 else (strip,):
            plain = [piece for piece in row if not piece.lines]
            for piece in row:
                lines += piece.lines
            if plain:
                lines.append(_line(plain, edges))
    return lines


def _line(row: Sequence[Piece], edges: Span) -> Line:
    text = row[0].text
    if len(row) == 1:
        piece = row[0]
        return Line(
            piece.left, piece.top, piece.right, piece.bottom, text, piece.size, edges, is_bold=piece.is_bold
        )
    for before, piece in pairwise(row):
        if _is_reference(piece, before):
            text += mark_raised(piece.text)
            continue
        is_initial = before.size > 1.6 * piece.size and len(before.text) == 1 and before.text.isupper()
        text += piece.text if is_initial else f" {piece.text}"
    longest = max(row, key=lambda piece: len(piece.text))
    return Line(
        row[0].left,
        longest.top,
        max(piece.right for piece in row),
        longest.bottom,
        text,
        longest.size,
        edges,
        is_bold=all(piece.is_bold for piece in row),
    )


def _is_reference(piece: Piece, beside: Piece) -> bool:
    """Return whether a piece is the number of a footnote, printed above the line."""
    return (
        piece.size < 0.82 * beside.size
        and piece.bottom < beside.bottom - 0.1 * beside.size
        and is_mark(piece.text)
    )


def _strips(pieces: Sequence[Piece], size: float) -> list[list[Piece]]:
    """Cut the region wherever there is a line of white space across it."""
    strips: list[list[Piece]] = []
    reach = -inf
    for piece in sorted(pieces, key=attrgetter("top")):
        height = piece.bottom - piece.top
        trim = 0.15 * (min(height, size))  # the boxes of lines that are set solid overlap
        if piece.top + trim >= reach:
            strips.append([piece])
            reach = piece.bottom - trim
        else:
            strips[-1].append(piece)
            reach = max(reach, piece.bottom - trim)
    return strips


def _free(pieces: Sequence[Piece], size: float) -> list[Span]:
    free = []
    reach = -inf
    for piece in sorted(pieces, key=attrgetter("left")):
        if piece.left - reach >= _MIN_GUTTER * size:
            free.append((reach, piece.left))
        reach = max(reach, piece.right)
    return [*free, (reach, inf)]


def _groups(strips: Sequence[_Strip], min_gutter: float, size: float) -> list[_Group]:
    groups: list[_Group] = []
    group = _Group()
    for strip in strips:
        if not group.strips:
            group = _group_of([strip], min_gutter)
            groups.append(group)
            continue
        if not group.gutters and not strip.is_split:
            group.strips.append(strip)
            group.free = _common(group.free, strip.free)
            continue
        free = _common(group.free, strip.free)
        inner = _inner(free, min_gutter) if len(free) > 2 else []
        own = _inner(strip.free, min_gutter)
        gutters = [span for span in inner if any(_overlaps(span, other) for other in (*group.gutters, *own))]
        # A heading must leave all columns apart. Where both are split, inner columns are found in the next round.
        needed = 1 if group.gutters and strip.is_split else len(group.gutters or own)
        if len(gutters) >= needed and not (strip.is_split and _is_across(group.strips[-1], strip, size)):
            group.strips.append(strip)
            group.free, group.gutters = free, gutters
        else:
            moved = _take_heading(group, size) if group.gutters and not strip.is_split else []
            group = _group_of([*moved, strip], min_gutter)
            groups.append(group)
    return groups


def _is_across(above: _Strip, strip: _Strip, size: float) -> bool:
    """Return whether the line above begins between two columns and belongs to neither, such as a centred title."""
    if len(above.pieces) > 1:
        return False
    (line,) = above.pieces
    for left, right in _inner(strip.free, size):
        if left < line.left < right - size and line.right > right:
            beside = min(strip.pieces, key=lambda piece: abs(piece.left - right))
            gaps = line.right - beside.right, line.middle[0] - beside.middle[0]
            return min(map(abs, gaps)) > size
    return False


def _group_of(strips: list[_Strip], min_gutter: float) -> _Group:
    free = strips[0].free
    for strip in strips[1:]:
        free = _common(free, strip.free)
    inner = [span for strip in strips for span in _inner(strip.free, min_gutter)]
    gutters = [span for span in _inner(free, min_gutter) if any(_overlaps(span, other) for other in inner)]
    return _Group(strips, free, gutters)


def _take_heading(group: _Group, size: float) -> list[_Strip]:
    """Take from the end of a group the lines that stand apart below its first column: they head what follows."""
    for number in range(len(group.strips) - 1, 0, -1):
        strip = group.strips[number]
        if strip.is_split or any(piece.right > group.gutters[0][0] + size for piece in strip.pieces):
            break
        if strip.top - group.strips[number - 1].bottom > 0.8 * size:
            moved = group.strips[number:]
            del group.strips[number:]
            return moved
    return []


def _inner(free: Sequence[Span], width: float) -> list[Span]:
    return [(left, right) for left, right in free if width <= right - left < inf]


def _overlaps(span: Span, other: Span) -> bool:
    return span[0] < other[1] and other[0] < span[1]


def _common(free: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """Return the spaces that are in both."""
    if len(free) == len(other) == 2:  # nothing but the margins
        return [(-inf, min(free[0][1], other[0][1])), (max(free[1][0], other[1][0]), inf)]
    common: list[Span] = []
    first = second = 0
    while first < len(free) and second < len(other):
        left = max(free[first][0], other[second][0])
        right = min(free[first][1], other[second][1])
        if left < right:
            common.append((left, right))
        if free[first][1] < other[second][1]:
            first += 1
        else:
            second += 1
    return common


def _are_columns(columns: Sequence[Sequence[Piece]]) -> bool:
    """Return whether the columns hold text to be read one after the other, rather than the cells of a table."""
    if any(piece.lines for column in columns for piece in column):
        return True
    rows = [group_rows(column) for column in columns]
    running = [_is_running(column) for column in rows]
    if sum(running) > 1:
        return not _has_common_bands(rows)
    return _alignment(rows) < 0.5


def _is_running(rows: Sequence[Sequence[Piece]]) -> bool:
    """Return whether the rows of a column are those of running text."""
    if len(rows) < 2:
        return False
    widths = [row[-1].right - row[0].left for row in rows]
    words = fmean(sum(len(piece.text.split()) for piece in row) for row in rows)
    return words >= _MIN_WORDS and median(widths) >= _MIN_FILL * max(widths)


def _alignment(columns: Sequence[Sequence[Sequence[Piece]]]) -> float:
    """Return the share of the lines of the shorter columns that stand at the height of one in the longest."""
    longest = max(columns, key=len)
    heights = sorted(row[0].bottom for row in longest)
    others = [row for rows in columns if rows is not longest for row in rows]
    if not others:
        return 1.0
    aligned = sum(_distance(heights, row[0].bottom) < 0.35 * row[0].size for row in others)
    return aligned / len(others)


def _distance(values: Sequence[float], value: float) -> float:
    """Return how far the nearest of some values, in ascending order, is from another one."""
    place = bisect(values, value)
    return min(abs(near - value) for near in values[max(place - 1, 0) : place + 1])


def _has_common_bands(columns: Sequence[Sequence[Sequence[Piece]]]) -> bool:
    """Return whether the columns break into three or more blocks that begin at the same heights: wrapped cells."""
    starts = [_block_starts(rows) for rows in columns]
    if min(map(len, starts)) < 3:
        return False
    size = columns[0][0][0].size
    common = [
        start
        for start in starts[0]
        if all(any(abs(start - other) < 0.5 * size for other in others) for others in starts[1:])
    ]
    return len(common) >= 3 and len(common) >= 0.75 * max(map(len, starts))


def _block_starts(rows: Sequence[Sequence[Piece]]) -> list[float]:
    pitches = [below[0].top - above[0].top for above, below in pairwise(rows)]
    if not pitches:
        return [rows[0][0].top]
    usual = sorted(pitches)[len(pitches) // 4]
    starts = [below[0].top for pitch, below in zip(pitches, rows[1:], strict=True) if pitch > 1.25 * usual]
    return [rows[0][0].top, *starts]
