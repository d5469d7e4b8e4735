"""Draw a page of a PDF with a quote marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from qa.errors import LoadError
from qa.loaders.pdfium.document import opened
from qa.loaders.pdfium.form_fields import read_fields
from qa.loaders.pdfium.page_picture import LONGEST_SIDE, MAX_BOXES, Picture, QuoteOnPage
from qa.loaders.pdfium.quote_search import find_quote, letters_of
from qa.loaders.pdfium.words import Boxes, characters, locator
from qa.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

__all__ = ["draw_page"]

_MARK = np.array([255, 223, 128], np.uint16)
_SAME_LINE = 0.5
"""How much of the lower of two characters of one line stands beside the other."""
_GAP = 3.0
"""The widest space inside a box, of its height: beyond it is another column."""
_EXACTLY = 0.02
"""By how much the edges of two characters of a turned line differ at most, of their height."""

Edges = tuple[float, ...]
"""The left, upper, right and lower edge of a box, in points."""


def draw_page(data: bytes, quote: QuoteOnPage) -> Picture:
    """Return a page with a quote marked; there are no boxes if the page does not have it.

    :raises LoadError: if the PDF is encrypted or broken, or the page is.
    """
    with opened(data) as document:
        _show_forms(document)
        page = _page(document, quote.page)
        size = page.get_size()
        boxes = [box for line in _lines(_located(document, page, quote)) if (box := _share(line, size))]
        bitmap = page.render(scale=LONGEST_SIDE / max(*size, 1.0), rev_byteorder=True)
        pixels = bitmap.to_numpy()[:, :, :3].copy()
    if not boxes and quote.box:
        boxes = [quote.box]
    boxes = boxes[:MAX_BOXES]
    _mark(pixels, boxes)
    height, width = pixels.shape[:2]
    return Picture(width, height, pixels.tobytes(), tuple(boxes))


def _show_forms(document: PdfDocument) -> None:
    """Let what is filled in show, without the colour of fields that can be."""
    if document.get_formtype():
        document.init_forms()
        if document.formenv:
            raw.FPDF_SetFormFieldHighlightAlpha(document.formenv, 0)


def _page(document: PdfDocument, index: int) -> PdfPage:
    import pypdfium2

    try:
        return document[index]
    except (pypdfium2.PdfiumError, IndexError):
        raise LoadError("the page is broken: save the PDF again") from None


def _located(document: PdfDocument, page: PdfPage, quote: QuoteOnPage) -> Boxes:
    """Return the boxes of the quote's characters or of the field that holds it, in points."""
    text_page = page.get_textpage()
    try:
        boxes = locator(page, text_page)(find_quote(characters(text_page), quote))
        if not len(boxes):
            boxes = _field(document, page, quote)
        return boxes[(boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])]
    finally:
        text_page.close()


def _field(document: PdfDocument, page: PdfPage, quote: QuoteOnPage) -> Boxes:
    """Return the box of the field that holds the quote, if there is only one."""
    wanted = letters_of(quote.text)[0]
    lines = [line for lines in read_fields(document, page) for line in lines if wanted in letters_of(line.text)[0]]
    edges = [(line.left, line.top, line.right, line.bottom) for line in lines]
    return np.array(edges if wanted and len(edges) == 1 else [], np.float32).reshape(-1, 4)


def _lines(boxes: Boxes) -> list[Edges]:
    """Return a box around the characters of each line."""
    lines: list[Edges] = []
    before: Edges | None = None
    for box in map(tuple, boxes.tolist()):
        if before and (_is_beside(lines[-1], box) or _is_below(before, box)):
            edges = zip((min, min, max, max), lines[-1], box, strict=True)
            lines[-1] = tuple(choose(one, other) for choose, one, other in edges)
        else:
            lines.append(box)
        before = box
    return lines


def _is_beside(line: Edges, box: Edges) -> bool:
    """Whether a character goes on with a line."""
    lower = min(line[3] - line[1], box[3] - box[1])
    overlap = min(line[3], box[3]) - max(line[1], box[1])
    return overlap > _SAME_LINE * lower and max(box[0] - line[2], line[0] - box[2]) < _GAP * lower


def _is_below(before: Edges, box: Edges) -> bool:
    """Whether a character goes on with a line of text that is turned: it then stands exactly above or below."""
    width = box[2] - box[0]
    is_in_line = max(abs(before[0] - box[0]), abs(before[2] - box[2])) < _EXACTLY * width
    return is_in_line and max(box[1] - before[3], before[1] - box[3]) < _GAP * width


def _share(box: Edges, size: tuple[float, float]) -> Box | None:
    """Return a box as shares of the page, or None if it lies outside."""
    width, height = max(size[0], 1.0), max(size[1], 1.0)
    edges = [
        round(min(max(edge / side, 0.0), 1.0), 4)
        for edge, side in zip(box, (width, height, width, height), strict=True)
    ]
    left, top, right, bottom = edges
    return (left, top, right, bottom) if left < right and top < bottom else None


def _mark(pixels: NDArray[np.uint8], boxes: Iterable[Box]) -> None:
    """Tint the boxes as a highlighter does, so that what stands there can be read."""
    height, width = pixels.shape[:2]
    for left, top, right, bottom in boxes:
        part = pixels[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
        part[:] = part * _MARK // 255
