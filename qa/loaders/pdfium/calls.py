"""Call PDFium's functions in a third of the time that its typed wrappers take."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from pypdfium2 import raw

__all__ = [
    "COLOR",
    "EDGES",
    "count_marks",
    "fill_color",
    "font_weight",
    "form_object",
    "loose_box",
    "object_bounds",
    "object_type",
    "page_object",
    "render_mode",
    "text_object",
]

_HANDLE = ctypes.c_void_p

# What PDFium writes into. One set will do: only one thread at a time may use PDFium.
EDGES = (ctypes.c_float * 4)()
COLOR = (ctypes.c_uint * 4)()


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
render_mode = _quick(raw.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _HANDLE)
count_marks = _quick(raw.FPDFPageObj_CountMarks, ctypes.c_int, _HANDLE)
_fill_color = _quick(raw.FPDFPageObj_GetFillColor, ctypes.c_int, *[_HANDLE] * 5)
_bounds = _quick(raw.FPDFPageObj_GetBounds, ctypes.c_int, *[_HANDLE] * 5)
_COLORS = [ctypes.addressof(COLOR) + 4 * place for place in range(4)]
_EDGES = [ctypes.addressof(EDGES) + 4 * place for place in range(4)]


def fill_color(item: int) -> bool:
    """Write the red, green, blue and alpha of an object's filling into ``COLOR``; return whether it has them."""
    return bool(_fill_color(item, *_COLORS))


def object_bounds(item: int) -> bool:
    """Write the left, lower, right and upper edge of an object into ``EDGES``; return whether it has them."""
    return bool(_bounds(item, *_EDGES))
