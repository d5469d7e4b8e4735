"""Read a PDF: what stands on its pages, its bookmarks and what it says about itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.loaders.layout.geometry import Page
from qa.loaders.layout.legibility import is_legible
from qa.loaders.pdfium.form_fields import join_to_labels, read_fields
from qa.loaders.pdfium.page_objects import add_shapes, leave_out_hidden, read_objects
from qa.loaders.pdfium.words import pieces_of, place, read_words

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

__all__ = ["Contents", "opened", "read_document", "render_pages"]

_LOCK = threading.Lock()  # PDFium is not thread-safe, not even between documents
MAX_BOOKMARKS = 10_000
_PASSWORD_ERROR = 4
_SAMPLE = 150
"""How many words of a page tell whether it is legible."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a PDF holds: its pages, bookmarks as (title, page index, level), and document information."""

    pages: Sequence[Page]
    illegible: Sequence[int]
    """The pages, from 0, whose fonts do not say which letters they draw. Their text is left out."""
    pictures: Sequence[int]
    """The pages, from 0, that hold pictures and no text."""
    bookmarks: Sequence[tuple[str, int, int]]
    information: Mapping[str, str]


@contextmanager
def opened(data: bytes) -> Iterator[PdfDocument]:
    """Open a PDF.

    :raises LoadError: if it is encrypted or broken.
    """
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_ERROR:
                raise LoadError("the PDF is encrypted: save a copy without a password and add that") from None
            raise LoadError("the file is broken, or not a PDF: open it in a viewer and save it again") from None
        try:
            yield document
        finally:
            document.close()


def read_document(data: bytes) -> Contents:
    """Return what a PDF holds.

    :raises LoadError: if it is encrypted or broken.
    """
    with opened(data) as document:
        if document.get_formtype():
            document.init_forms()
        pages, illegible, pictures = [], [], []
        for index in range(len(document)):
            page, has_picture, is_readable = _read_page(document, index)
            pages.append(page)
            if not is_readable:
                illegible.append(index)
            elif has_picture and not page.pieces and not page.turned:
                pictures.append(index)
        information = document.get_metadata_dict(skip_empty=True)
        return Contents(pages, illegible, pictures, _bookmarks(document), information)


def _read_page(document: PdfDocument, index: int) -> tuple[Page, bool, bool]:
    """Return a page, whether it has a picture and whether its text is legible; text that is not is left out."""
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return Page(0.0, 0.0), False, True  # a broken page is one without text
    try:
        text_page = page.get_textpage()
        try:
            words = read_words(page, text_page)
            drawn = read_objects(page)
            is_readable = is_legible(" ".join(words.texts[:_SAMPLE]))
            is_scan = leave_out_hidden(words, drawn, page, text_page)
            size = words.width, words.height
            pieces, turned = pieces_of(words) if is_readable else ([], [])
        finally:
            text_page.close()
        fields = list(join_to_labels(pieces, read_fields(document, page)))
        result = Page(words.width, words.height, [*pieces, *fields], turned, is_ocr=is_scan)
        if (words.width, words.height) == size:  # not turned
            add_shapes(result, drawn, lambda boxes: place(page, boxes))
        return result, drawn.picture_area > 0, is_readable
    finally:
        page.close()


def render_pages(data: bytes, indices: Sequence[int], longest: int) -> Iterator[Image]:
    """Yield pictures of some pages whose longer side has the given number of pixels.

    :raises LoadError: if the PDF is encrypted or broken.
    """
    for index in indices:
        with opened(data) as document:
            page = document[index]
            scale = longest / max(*page.get_size(), 1.0)
            picture = page.render(scale=scale, may_draw_forms=False).to_pil()
        yield picture


def _bookmarks(document: PdfDocument) -> list[tuple[str, int, int]]:
    bookmarks = []
    for bookmark in islice(document.get_toc(), MAX_BOOKMARKS):
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        title = bookmark.get_title()
        if index is not None and title:
            bookmarks.append((title, index, bookmark.level))
    return bookmarks
