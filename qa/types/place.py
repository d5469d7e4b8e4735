"""Where a part of an article stands in the original: a page, a slide, a row, a line or a time."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass

from qa.errors import ArticleError
from qa.types.validation import check_string

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the original that a reader can find, such as ``page 3``, ``slide 4``, ``row 17`` or ``00:12:31``.

    It holds for the text from ``start`` to the next place. With ``line``, the label is followed by a number that
    begins with it and grows by one with each line of the text, so that one place serves a whole file:
    ``Place(0, "line", 1)``, or ``Place(80, "sheet Sales, row", 2)`` where each row is written on one line.

    :raises ArticleError: if ``start`` or ``line`` is not an integer from 0, or the label is blank or cannot be
        stored.
    """

    start: int
    label: str
    line: int | None = None

    def __post_init__(self) -> None:
        check_string("the label of a place", self.label)
        is_valid = type(self.start) is int and self.start >= 0 and self.label.strip()
        if not is_valid or not (self.line is None or (type(self.line) is int and self.line >= 0)):
            raise ArticleError(
                f"a place must have a start from 0, a label, and a line from 0 or None, not {reprlib.repr(self)}"
            )

    def name(self, text: str, offset: int) -> str:
        """Return the label of an offset into the article's text, with the number of its line if lines count."""
        if self.line is None:
            return self.label
        return f"{self.label} {self.line + text.count(chr(10), self.start, offset)}"
