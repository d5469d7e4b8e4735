"""Read the text of pictures by RapidOCR, with the models of its package: the extra ``quotewell[ocr]``."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.loaders.layout.composition import Composition
from qa.loaders.layout.geometry import Line, Page, Piece, typical_size
from qa.types import Place

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["INSTALL", "LONGEST_SIDE", "is_installed", "places_of_lines", "recognise"]

INSTALL = "pip install 'quotewell[ocr]'"
LONGEST_SIDE = 1800
"""The longer side of the pictures that are read, in pixels: about 150 a inch of an A4 page."""
_PAGE_HEIGHT = 842.0
"""The height that a picture gets as a page, in points."""
_MIN_SCORE = 0.6
_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # whether lines are upside down
    # A page stays below 1 GB: a thread takes address space, and so do large pictures and several lines at once.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Det.limit_type": "max",
    "Det.limit_side_len": 960,
    "Rec.rec_batch_num": 1,
}
_LOCK = threading.Lock()  # one picture at a time takes all cores as it is


def is_installed() -> bool:
    """Return whether the extra is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def recognise(picture: Image) -> Page:
    """Return a picture as a page with the lines of text in it.

    A line that the recogniser is less sure of than 0.6 is left out.
    """
    picture = picture.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    scale = _PAGE_HEIGHT / max(*picture.size, 1)
    with _LOCK:
        found = _read(np.asarray(picture)[:, :, ::-1])  # blue, green, red
    page = Page(picture.width * scale, picture.height * scale, is_ocr=True)
    if found.boxes is not None:
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            if score >= _MIN_SCORE and text.strip():
                page.pieces.append(_piece(np.asarray(corners) * scale, text.strip()))
    _level_sizes(page.pieces)
    return page


def places_of_lines(composition: Composition, pages: Sequence[Page]) -> Iterator[Place]:
    """Yield a place with its box for each line that OCR has read, and one for each other page behind these."""
    shown = ""  # the page that the last place names
    for start, number, line in composition.lines:
        page, label = pages[number], f"page {number + 1}"
        if page.is_ocr:
            yield Place(start, label, box=_box(line, page))
        elif shown and shown != label:
            yield Place(start, label)
        else:
            continue
        shown = label


def _box(line: Line, page: Page) -> tuple[float, float, float, float]:
    left, right = (round(min(max(edge / page.width, 0.0), 1.0), 4) for edge in (line.left, line.right))
    top, bottom = (round(min(max(edge / page.height, 0.0), 1.0), 4) for edge in (line.top, line.bottom))
    return left, top, right, bottom


def _read(pixels: Any) -> Any:
    try:
        return _engine()(pixels)
    except Exception as error:
        if "alloc" in str(error):  # the runtime has no error of its own for this
            raise MemoryError from error
        raise


def _level_sizes(pieces: list[Piece]) -> None:
    """Give lines of about the usual height that height: what is found of a line depends on its letters."""
    usual = typical_size(pieces)
    for piece in pieces:
        if 0.7 * usual < piece.size < 1.4 * usual:
            piece.size = usual


def _piece(corners: Any, text: str) -> Piece:
    left, top = corners.min(axis=0).tolist()
    right, bottom = corners.max(axis=0).tolist()
    return Piece(left, top, right, bottom, text, bottom - top)


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params=dict(_PARAMETERS))
