"""Call PDFium's functions in a third of the time that its typed wrappers take."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

__all__ = [
    "COLOR",
    "EDGES",
    "count_marks",
    "count_segments",
    "draw_mode",
    "fill_color",
    "fill_colors",
    "font_weight",
    "form_object",
    "has_transparency",
    "loose_box",
    "object_bounds",
    "object_type",
    "page_object",
    "path_segment",
    "render_mode",
    "segment_point",
    "segment_type",
    "text_object",
]

_HANDLE = ctypes.c_void_p

# What PDFium writes into. One set will do: only one thread at a time may use PDFium.
EDGES = (ctypes.c_float * 4)()
COLOR = (ctypes.c_uint * 4)()
MODES = (ctypes.c_int * 2)()


def _quick(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function that takes addresses as numbers, and keeps the interpreter's lock."""
    address = ctypes.cast(function, _HANDLE).value or 0
    quick: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *arguments)(address)
    return quick


loose_box = _quick(raw.FPDFText_GetLooseCharBox, ctypes.c_int, _HANDLE, ctypes.c_int, _HANDLE)
text_object = _quick(raw.FPDFText_GetTextObject, _HANDLE, _HANDLE, ctypes.c_int)
font_weight = _quick(raw.FPDFText_GetFontWeight, ctypes.c_int, _HANDLE, ctypes.c_int)
page_object = _quick(raw.FPDFPage_GetObject, _HANDLE, _HANDLE, ctypes.c_int)
form_object = _quick(raw.FPDFFormObj_GetObject, _HANDLE, _HANDLE, ctypes.c_ulong)
object_type = _quick(raw.FPDFPageObj_GetType, ctypes.c_int, _HANDLE)
has_transparency = _quick(raw.FPDFPageObj_HasTransparency, ctypes.c_int, _HANDLE)
render_mode = _quick(raw.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _HANDLE)
count_marks = _quick(raw.FPDFPageObj_CountMarks, ctypes.c_int, _HANDLE)
count_segments = _quick(raw.FPDFPath_CountSegments, ctypes.c_int, _HANDLE)
path_segment = _quick(raw.FPDFPath_GetPathSegment, _HANDLE, _HANDLE, ctypes.c_int)
segment_type = _quick(raw.FPDFPathSegment_GetType, ctypes.c_int, _HANDLE)
_draw_mode = _quick(raw.FPDFPath_GetDrawMode, ctypes.c_int, *[_HANDLE] * 3)
_segment_point = _quick(raw.FPDFPathSegment_GetPoint, ctypes.c_int, *[_HANDLE] * 3)
_fill_color = _quick(raw.FPDFPageObj_GetFillColor, ctypes.c_int, *[_HANDLE] * 5)
_bounds = _quick(raw.FPDFPageObj_GetBounds, ctypes.c_int, *[_HANDLE] * 5)
_COLORS = [ctypes.addressof(COLOR) + 4 * place for place in range(4)]
_MODES = [ctypes.addressof(MODES) + 4 * place for place in range(2)]
_EDGES = [ctypes.addressof(EDGES) + 4 * place for place in range(4)]


def draw_mode(item: int) -> tuple[bool, bool]:
    """Return whether a path is filled, and whether its outlines are drawn."""
    _draw_mode(item, *_MODES)
    return bool(MODES[0]), bool(MODES[1])


def segment_point(segment: int) -> tuple[float, float]:
    """Return where a segment of a path ends, in the path's own coordinates."""
    _segment_point(segment, *_EDGES[:2])
    return EDGES[0], EDGES[1]


def fill_color(item: int) -> bool:
    """Write the red, green, blue and alpha of an object's filling into ``COLOR``; return whether it has them."""
    return bool(_fill_color(item, *_COLORS))


def fill_colors(items: Sequence[int]) -> tuple[NDArray[np.bool_], NDArray[np.uint32]]:
    """Return which objects have a filling of one colour, and the colours, of shape (objects, 4)."""
    colors = np.zeros((len(items), 4), np.uint32)
    start, end = colors.ctypes.data, colors.ctypes.data + colors.nbytes
    has_color = map(_fill_color, items, *(range(start + 4 * place, end, 16) for place in range(4)))
    return np.fromiter(has_color, np.bool_, len(items)), colors


def object_bounds(item: int) -> bool:
    """Write the left, lower, right and upper edge of an object into ``EDGES``; return whether it has them."""
    return bool(_bounds(item, *_EDGES))
