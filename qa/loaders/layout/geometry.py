"""The parts of a page with their places, in points from the page's upper left corner; y grows downwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from statistics import median
from typing import Literal

__all__ = ["MARKER", "Box", "Kind", "Line", "Page", "Piece", "bounds", "group_rows", "typical_size"]

Kind = Literal["text", "heading", "row", "aside", "note"]
"""Running text, a heading, a row of a table, what stands beside the text (captions, boxes), a footnote."""

MARKER = re.compile(
    r"(?:[•‣◦▪●○■□·*–—]|[-+o](?=\s)|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,5})[.)]|\(\d{1,3}\)|\[\d{1,3}\])\s+"
)
"""What an item of a list begins with."""
_SAME_LINE = 0.5
"""Of the lower one's height, how much two pieces of one line overlap at least."""


@dataclass(slots=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in points."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, point: tuple[float, float], slack: float = 0.0) -> bool:
        """Return whether the point lies inside, or outside by at most the slack."""
        x, y = point
        return self.left - slack <= x <= self.right + slack and self.top - slack <= y <= self.bottom + slack


@dataclass(slots=True)
class Piece(Box):
    """Words that stand next to each other on one line. ``starts`` holds the left edge of each word."""

    text: str
    size: float
    """The height of the font's line in points: from its ascender to its descender."""
    is_bold: bool = False
    starts: Sequence[float] = ()
    lines: tuple[Line, ...] = ()
    """The lines of a box or a table, which the reading order takes as one piece."""


@dataclass(slots=True)
class Line(Box):
    """A line of text in its column."""

    text: str
    size: float
    column: tuple[float, float] = (0.0, 0.0)
    """The left and the right edge of the column."""
    kind: Kind = "text"
    is_bold: bool = False
    level: int = 0
    """The level of a heading, from 1; 0 for other lines."""


@dataclass(slots=True)
class Page:
    """What stands on a page."""

    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    turned: list[Piece] = field(default_factory=list)
    """Text that runs upwards, downwards or askew."""
    rules: list[Box] = field(default_factory=list)
    """Straight lines: boxes that are nearly flat."""
    frames: list[Box] = field(default_factory=list)
    """Rectangles, such as the background of a box."""
    is_ocr: bool = False


def bounds(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all of them."""
    edges = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def typical_size(pieces: Sequence[Piece]) -> float:
    """Return the median size of the text, 10 points without any."""
    return median(piece.size for piece in pieces) if pieces else 10.0


def group_rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pieces line by line from the top, each line from the left."""
    pieces = list(pieces)
    if len(pieces) == 1:
        return [pieces]
    rows: list[list[Piece]] = []
    anchors: list[Piece] = []  # of each row the piece that others are compared with
    for piece in sorted(pieces, key=lambda piece: (piece.top + piece.bottom, piece.left)):
        row = _row_of(piece, anchors)
        if row is None:
            rows.append([piece])
            anchors.append(piece)
        else:
            rows[row].append(piece)
    return [sorted(row, key=attrgetter("left")) if len(row) > 1 else row for row in rows]


def _row_of(piece: Piece, anchors: Sequence[Piece]) -> int | None:
    top, bottom = piece.top, piece.bottom
    for number in range(len(anchors) - 1, max(len(anchors) - 4, -1), -1):
        anchor = anchors[number]
        low = min(anchor.bottom, bottom)
        overlap = low - (max(anchor.top, top))
        if overlap > _SAME_LINE * (bottom - top) or overlap > _SAME_LINE * (anchor.bottom - anchor.top):
            return number
        if overlap < top - bottom:
            return None  # those before are even further above
    return None
