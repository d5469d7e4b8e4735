"""A page of a PDF as pixels, and the quote that is to be marked on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.types import Box

__all__ = ["LONGEST_SIDE", "MAX_BOXES", "Picture", "QuoteOnPage"]

LONGEST_SIDE = 1800
"""The longer side of the picture of a page, in pixels: about 150 an inch of A4."""
MAX_BOXES = 200
"""The most lines of a quote that are marked."""


@dataclass(frozen=True, slots=True)
class QuoteOnPage:
    """A quote to mark: the index of its page, its text, and what stands before and after it."""

    page: int
    text: str
    prefix: str = ""
    suffix: str = ""
    box: Box | None = None
    """Where the quote stands if OCR has read it: the page may have no text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as pixels of red, green and blue, and the boxes of the quote that is marked, line by line."""

    width: int
    height: int
    pixels: bytes = field(repr=False)
    boxes: tuple[Box, ...] = ()
