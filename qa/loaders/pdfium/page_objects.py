"""What is drawn on a page: rules, frames and pictures, and text that no one sees."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from qa.loaders.layout.geometry import Box, Page
from qa.loaders.pdfium.calls import (
    COLOR,
    EDGES,
    count_marks,
    count_segments,
    draw_mode,
    fill_color,
    fill_colors,
    form_object,
    has_transparency,
    object_bounds,
    object_type,
    page_object,
    path_segment,
    render_mode,
    segment_point,
    segment_type,
    text_object,
)

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

    from qa.loaders.pdfium.words import Words

__all__ = ["Drawn", "add_shapes", "leave_out_hidden", "read_objects"]

MAX_OBJECTS = 20_000
"""The most objects of a page that are looked at."""
MAX_PATHS = 2000
"""With more paths than this, a page holds drawings rather than rules."""
MAX_SEGMENTS = 400
_MAX_DEPTH = 3
_THIN = 2.5
_WHITE = 245
_PICTURE_SHARE = 0.4
"""The share of a page that a picture covers if the page is a scan: its invisible text then was read by OCR."""
_EDGE = 0.15
"""How far from the edge of the page, of its height, text may stand that is marked as a running head."""

_STROKED = 1
"""The mode of text whose outlines are drawn without a filling."""
_INVISIBLE_MODES = (3, 7)
_TEXT, _PATH, _FORM = raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Drawn:
    """What is drawn on a page, in PDFium's coordinates; texts by the address of their objects."""

    invisible: set[int] = field(default_factory=set)
    white: dict[int, tuple[float, float]] = field(default_factory=dict)
    """White text, with its middle: it can be read on a dark ground only."""
    texts: list[tuple[int, int, Matrix]] = field(default_factory=list)
    grounds: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Areas that are filled with a colour or a picture."""
    covers: list[tuple[int, tuple[float, float, float, float]]] = field(default_factory=list)
    """Filled rectangles, with their places in the order of drawing: they hide what was drawn before."""
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    frames: list[tuple[float, float, float, float]] = field(default_factory=list)
    picture_area: float = 0.0
    paths: int = 0


def read_objects(page: PdfPage) -> Drawn:
    """Return what is drawn on a page, including inside of its forms."""
    drawn = Drawn()
    count = raw.FPDFPage_CountObjects(page)
    objects = _walk(page_object, _address(page.raw), count, _IDENTITY)
    for order, (kind, item, matrix) in enumerate(islice(objects, MAX_OBJECTS)):
        if kind == _TEXT:
            drawn.texts.append((order, item, matrix))
        elif kind == _PATH:
            drawn.paths += 1
            if drawn.paths <= MAX_PATHS:
                _note_path(drawn, order, item, matrix)
        elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
            box = _bounds(item, matrix)
            drawn.grounds.append(box)
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                drawn.picture_area += (box[2] - box[0]) * (box[3] - box[1])
    _note_texts(drawn)
    return drawn


def _walk(
    get: Callable[[int, int], int], parent: int, count: int, matrix: Matrix, depth: int = 0
) -> Iterator[tuple[int, int, Matrix]]:
    """Yield the objects of a page or a form in the order of drawing: the kind, the object, the form's matrix.

    A form is followed by the objects inside of it.
    """
    items = list(map(get, repeat(parent), range(min(count, MAX_OBJECTS))))
    for kind, item in zip(map(object_type, items), items, strict=True):
        yield kind, item, matrix
        if kind == _FORM and depth < _MAX_DEPTH:
            inside = raw.FPDFFormObj_CountObjects(_typed(item))
            yield from _walk(form_object, item, inside, _product(_matrix(item), matrix), depth + 1)


def _note_texts(drawn: Drawn) -> None:
    """Note which texts are invisible or white."""
    items = [item for _, item, _ in drawn.texts]
    modes = np.fromiter(map(render_mode, items), np.int32, len(items))
    has_color, colors = fill_colors(items)
    has_color &= modes != _STROKED
    is_invisible = np.isin(modes, _INVISIBLE_MODES) | (has_color & (colors[:, 3] == 0))
    is_white = has_color & ~is_invisible & (colors[:, :3] >= _WHITE).all(axis=1)
    drawn.invisible.update(items[number] for number in np.flatnonzero(is_invisible))
    for number in np.flatnonzero(is_white).tolist():
        _, item, matrix = drawn.texts[number]
        left, bottom, right, top = _bounds(item, matrix)
        drawn.white[item] = (left + right) / 2, (bottom + top) / 2


def _note_path(drawn: Drawn, order: int, item: int, matrix: Matrix) -> None:
    is_painted, is_stroked = draw_mode(item)
    color = _fill(item) if is_painted else None
    if not is_stroked and (color is None or color[3] == 0):
        return
    box = _bounds(item, matrix)
    width, height = box[2] - box[0], box[3] - box[1]
    count = count_segments(item)
    is_filled = color is not None and min(color[:3]) < _WHITE and color[3] > 0
    if min(width, height) <= _THIN:
        if max(width, height) > 2 * _THIN and (is_filled or is_stroked):
            drawn.rules.append(box)
    elif count > 13:
        if is_stroked and count <= MAX_SEGMENTS:
            drawn.rules += _straight_lines(item, count, matrix)
    elif count >= 4:
        if is_stroked or is_filled:
            drawn.frames.append(box)
        if color is not None and color[3] == 255 and not has_transparency(item):
            drawn.covers.append((order, box))
    if is_filled:
        drawn.grounds.append(box)


def _straight_lines(item: int, count: int, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """Yield the upright and the flat lines of a path, such as those of a grid."""
    matrix = _product(_matrix(item), matrix)
    before = (0.0, 0.0)
    for number in range(count):
        segment = path_segment(item, number)
        here = _applied(matrix, *segment_point(segment))
        if segment_type(segment) == raw.FPDF_SEGMENT_LINETO:
            across, up = abs(here[0] - before[0]), abs(here[1] - before[1])
            if min(across, up) < 0.5 and max(across, up) > 2 * _THIN:
                yield (
                    min(here[0], before[0]),
                    min(here[1], before[1]),
                    max(here[0], before[0]),
                    max(here[1], before[1]),
                )
        before = here


def _bounds(item: int, matrix: Matrix) -> tuple[float, float, float, float]:
    """Return the left, lower, right and upper edge of an object."""

    left, bottom, right, top = EDGES if object_bounds(item) else (0.0, 0.0, 0.0, 0.0)
    if matrix is _IDENTITY:
        return left, bottom, right, top
    corners = [_applied(matrix, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _matrix(item: int) -> Matrix:

    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(_typed(item), matrix):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _product(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies the first and then the second."""
    if second is _IDENTITY:
        return first
    (a, b, c, d, e, f), (p, q, r, s, t, u) = first, second
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _fill(item: int) -> tuple[int, int, int, int] | None:
    """Return the red, green, blue and alpha of an object's filling, from 0 to 255; None for a pattern."""

    if not fill_color(item):
        return None
    red, green, blue, alpha = COLOR
    return red, green, blue, alpha


def _is_artifact(item: int) -> bool:
    """Return whether the file marks a text as no part of the content."""
    name, length = ctypes.create_string_buffer(32), ctypes.c_ulong()
    for number in range(count_marks(item)):
        mark = raw.FPDFPageObj_GetMark(_typed(item), number)
        buffer = ctypes.cast(name, ctypes.POINTER(raw.FPDF_WCHAR))
        if raw.FPDFPageObjMark_GetName(mark, buffer, 32, length):
            text = name.raw[: min(length.value, 32)].decode("utf-16-le", "replace")
            if text.rstrip("\0") == "Artifact":
                return True
    return False


def _typed(item: int) -> Any:
    return ctypes.cast(item, raw.FPDF_PAGEOBJECT)


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def leave_out_hidden(words: Words, drawn: Drawn, page: PdfPage, text_page: PdfTextPage) -> bool:
    """Leave out text that is invisible, white on white or covered, and running heads that the file marks as such.

    :return: whether the page is a scan with the text that OCR read from it, which is invisible and kept.
    """
    width, height = page.get_size()
    is_scan = bool(drawn.invisible) and drawn.picture_area >= _PICTURE_SHARE * width * height
    hidden = set() if is_scan else set(drawn.invisible)
    hidden |= {address for address, middle in drawn.white.items() if not _is_on_ground(middle, drawn)}
    hidden |= _covered(drawn)
    handle = _address(text_page.raw)
    is_hidden = np.zeros(len(words.firsts), np.bool_)
    if hidden:
        is_hidden = _among(hidden, map(text_object, repeat(handle), words.firsts))
    tops = (words.first[:, 1] + words.first[:, 3]) / 2
    at_edge = np.flatnonzero((tops < _EDGE * words.height) | (tops > (1 - _EDGE) * words.height))
    outer = list(map(text_object, repeat(handle), [words.firsts[number] for number in at_edge.tolist()]))
    artifacts = {item for item in set(outer) if count_marks(item) > 0 and _is_artifact(item)}
    is_left_out = is_hidden.copy()
    is_left_out[at_edge] |= _among(artifacts, outer)
    words.keep(~(is_hidden if is_left_out.all() else is_left_out))
    return is_scan


def _among(chosen: Collection[int], items: Iterable[int]) -> NDArray[np.bool_]:
    return np.fromiter((item in chosen for item in items), np.bool_)


def _is_on_ground(point: tuple[float, float], drawn: Drawn) -> bool:
    x, y = point
    return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in drawn.grounds)


def _covered(drawn: Drawn) -> set[int]:
    """Return the texts over which a rectangle was drawn later."""
    if not drawn.texts or not drawn.covers:
        return set()
    covers = [(order, box) for order, box in drawn.covers if order > drawn.texts[0][0]]
    if len(covers) * len(drawn.texts) > MAX_OBJECTS:
        return set()
    covered = set()
    for order, item, matrix in drawn.texts:
        later = [box for cover, box in covers if cover > order]
        if later:
            left, bottom, right, top = _bounds(item, matrix)
            middle = (bottom + top) / 2
            if any(x0 <= left and right <= x1 and y0 <= middle <= y1 for x0, y0, x1, y1 in later):
                covered.add(item)
    return covered


def add_shapes(page: Page, drawn: Drawn, place: Callable[[Sequence[Sequence[float]]], Sequence[Box]]) -> None:
    """Add the rules and the frames to a page.

    :param place: returns boxes (left, bottom, right, top) of the file as they are on the page.
    """
    if drawn.paths <= MAX_PATHS:
        page.rules = list(place(drawn.rules))
        page.frames = list(place(drawn.frames))
