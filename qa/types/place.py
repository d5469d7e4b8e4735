"""Where a part of an article stands in the original: a page, a slide, a row, a line or a time."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import ArticleError
from qa.types.validation import check_string

__all__ = ["Box", "Place", "checked_box"]

Box = tuple[float, float, float, float]
"""The left, upper, right and lower edge of a part of a page, from 0 to 1, as shares of its width and height."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the original that a reader can find, such as ``page 3``, ``slide 4``, ``row 17`` or ``00:12:31``.

    It holds for the text from ``start`` to the next place. With ``line``, the label is followed by a number that
    begins with it and grows by one with each line of the text, so that one place serves a whole file:
    ``Place(0, "line", 1)``, or ``Place(80, "sheet Sales, row", 2)`` where each row is written on one line.

    ``box`` is where on its page a line stands that was read by OCR.

    :raises ArticleError: if ``start`` or ``line`` is not an integer from 0, the label is blank or cannot be
        stored, or the box is none.
    """

    start: int
    label: str
    line: int | None = None
    box: Box | None = None

    def __post_init__(self) -> None:
        check_string("the label of a place", self.label)
        is_valid = type(self.start) is int and self.start >= 0 and self.label.strip()
        if not is_valid or not (self.line is None or (type(self.line) is int and self.line >= 0)):
            raise ArticleError(
                f"a place must have a start from 0, a label, and a line from 0 or None, not {reprlib.repr(self)}"
            )
        if self.box is not None:
            object.__setattr__(self, "box", checked_box(self.box))

    def name(self, text: str, offset: int) -> str:
        """Return the label of an offset into the article's text, with the number of its line if lines count."""
        if self.line is None:
            return self.label
        return f"{self.label} {self.line + text.count(chr(10), self.start, offset)}"


def checked_box(box: Sequence[float]) -> Box:
    """Return the edges of a box as a tuple.

    :raises ArticleError: if they are not four numbers from 0 to 1, the left one before the right one.
    """
    try:
        left, top, right, bottom = map(float, box)
    except (TypeError, ValueError):
        left = top = right = bottom = -1.0
    if not (0 <= left <= right <= 1 and 0 <= top <= bottom <= 1):
        raise ArticleError(
            f"a box must have the edges left, top, right and bottom, from 0 to 1, not {reprlib.repr(box)}"
        )
    return left, top, right, bottom
