"""From what stands on the pages of a document to its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.loaders.layout.composition import Composition, compose
from qa.loaders.layout.footnotes import body_size, mark_footnotes
from qa.loaders.layout.geometry import Line, Page
from qa.loaders.layout.hyphenation import Hyphenation
from qa.loaders.layout.paragraphs import join_lines
from qa.loaders.layout.reading_order import order_pieces
from qa.loaders.layout.ruled_tables import fold_boxes, fold_ruled_tables
from qa.loaders.layout.running_heads import set_aside_running_heads
from qa.loaders.layout.superscripts import resolve_raised

__all__ = ["lay_out"]

_CAPTION = re.compile(r"(?:Chart|Fig\.|Figure|Map|Photo|Photograph|Picture|Plate|Table)\s*\d*\s*[.:]")
_SMALLER = 0.9
_LARGER = 1.15
"""The size of headings, of that of the text, at least."""
_MAX_HEADING = 120
_MAX_HEADINGS = 0.3
"""If more of the text is set large, large text is no heading."""


def lay_out(pages: Sequence[Page]) -> Composition:
    """Return the text of the pages in reading order, without what is repeated at their heads and feet."""
    set_aside_running_heads(pages)
    lines = [_lines(page) for page in pages]
    body = body_size(line for page in lines for line in page)
    for page, page_lines in zip(pages, lines, strict=True):
        labels = mark_footnotes(page_lines, body, page.height)
        for line in page_lines:
            line.text = resolve_raised(line.text, labels)
            if line.kind == "text" and _is_beside_text(line, body):
                line.kind = "aside"
    _mark_headings([line for page in lines for line in page], body)
    hyphenation = Hyphenation(lambda: (line.text for page in lines for line in page))
    paragraphs = (join_lines(page, number, hyphenation) for number, page in enumerate(lines))
    return compose(paragraphs, len(pages), hyphenation)


def _lines(page: Page) -> list[Line]:
    fold_ruled_tables(page)
    fold_boxes(page)
    lines = order_pieces(page.pieces)
    for piece in page.turned:
        column = piece.left, piece.right
        lines.append(
            Line(piece.left, piece.top, piece.right, piece.bottom, piece.text, piece.size, column, "aside")
        )
    return [line for line in lines if line.text.strip()]


def _is_beside_text(line: Line, body: float) -> bool:
    """Return whether a line is small, or a caption."""
    return line.size < _SMALLER * body or (line.text.endswith(".") and bool(_CAPTION.match(line.text)))


def _mark_headings(lines: Sequence[Line], body: float) -> None:
    """Give the lines that are set larger than the text a level, the largest ones the first."""
    large = [line for line in lines if _is_large(line, body)]
    letters = sum(len(line.text) for line in lines)
    if sum(len(line.text) for line in large) > _MAX_HEADINGS * letters:
        return
    sizes = sorted({round(line.size) for line in large}, reverse=True)
    for line in large:
        line.kind = "heading"
        line.level = min(sizes.index(round(line.size)) + 1, 6)


def _is_large(line: Line, body: float) -> bool:
    is_name = len(line.text) <= _MAX_HEADING and any(map(str.isalpha, line.text))
    return line.kind == "text" and line.size > _LARGER * body and is_name
