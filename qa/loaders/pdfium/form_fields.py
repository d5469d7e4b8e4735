"""The values of form fields, and the text that was typed onto a page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pypdfium2 import raw

from qa.loaders.fields import one_line
from qa.loaders.layout.geometry import Piece
from qa.loaders.pdfium.words import place
from qa.loaders.rendering.tables import row_lines

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

__all__ = ["join_to_labels", "read_fields"]

MAX_ANNOTATIONS = 5000
MAX_CHARACTERS = 20_000
_HIDDEN = 1 << 0 | 1 << 1 | 1 << 5
_PASSWORD = 1 << 13
_LINE_HEIGHT = 14.0


def read_fields(document: PdfDocument, page: PdfPage) -> list[list[Piece]]:
    """Return what is filled in on a page: the lines of each value, in the place of its field.

    A ticked box reads "yes", another one "no"; of choices that exclude each other, the chosen one is "(x)".
    """
    values: list[list[Piece]] = []
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if annotation:
            try:
                values.append(list(_pieces(document, page, annotation)))
            finally:
                raw.FPDFPage_CloseAnnot(annotation)
    return values


def join_to_labels(pieces: Sequence[Piece], values: Iterable[Sequence[Piece]]) -> Iterator[Piece]:
    """Write each value of one line whose label stands above it as a row of both, and yield the other values."""
    for lines in values:
        label = _label_above(pieces, lines[0]) if len(lines) == 1 else None
        if label is None:
            yield from lines
            continue
        (label.text,) = row_lines([label.text, lines[0].text], [])
        label.right = max(label.right, lines[0].right)
        label.starts = ()


def _label_above(pieces: Sequence[Piece], field: Piece) -> Piece | None:
    """Return the label right above a field that has none beside it."""
    above = [piece for piece in pieces if _is_label_above(piece, field)]
    if not above or any(piece.right <= field.left and _share_row(piece, field) for piece in pieces):
        return None
    return max(above, key=lambda piece: piece.bottom)


def _share_row(piece: Piece, field: Piece) -> bool:
    overlap = min(piece.bottom, field.bottom) - max(piece.top, field.top)
    return overlap > 0.5 * min(piece.height, field.height)


def _is_label_above(piece: Piece, field: Piece) -> bool:
    gap = field.top - piece.bottom
    return abs(piece.left - field.left) < piece.size and -0.5 * piece.size < gap < 1.2 * piece.size


def _pieces(document: PdfDocument, page: PdfPage, annotation: Any) -> Iterator[Piece]:

    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind not in (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT):
        return
    if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return
    if kind == raw.FPDF_ANNOT_FREETEXT:
        text = _string(raw.FPDFAnnot_GetStringValue, annotation, b"Contents")
    else:
        text = _value(document, annotation)
    rectangle = raw.FS_RECTF()
    if not text.strip() or not raw.FPDFAnnot_GetRect(annotation, rectangle):
        return
    (box,) = place(page, [(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)])
    lines = [line for line in map(one_line, text.splitlines()) if line]
    height = min(box.height / len(lines), _LINE_HEIGHT) if lines else 0.0
    # A single line stands in the middle of its field, several begin at the top.
    top = box.middle[1] - height / 2 if len(lines) == 1 else box.top
    for number, line in enumerate(lines):
        y = top + number * height
        yield Piece(box.left, y, box.right, y + height, line, max(height, 1.0))


def _value(document: PdfDocument, annotation: Any) -> str:
    form = document.formenv
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation) if form is not None else -1
    if kind == raw.FPDF_FORMFIELD_CHECKBOX:
        return "yes" if raw.FPDFAnnot_IsChecked(form, annotation) else "no"
    if kind == raw.FPDF_FORMFIELD_RADIOBUTTON:
        return "(x)" if raw.FPDFAnnot_IsChecked(form, annotation) else ""
    choices = raw.FPDF_FORMFIELD_LISTBOX, raw.FPDF_FORMFIELD_COMBOBOX
    is_secret = raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD if form is not None else True
    if kind not in (*choices, raw.FPDF_FORMFIELD_TEXTFIELD) or (kind not in choices and is_secret):
        return ""
    chosen = _chosen(form, annotation) if kind in choices else ""
    return chosen or _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)


def _chosen(form: Any, annotation: Any) -> str:
    """Return the labels of the chosen options."""
    count = min(max(raw.FPDFAnnot_GetOptionCount(form, annotation), 0), MAX_ANNOTATIONS)
    numbers = (number for number in range(count) if raw.FPDFAnnot_IsOptionSelected(form, annotation, number))
    return ", ".join(_string(raw.FPDFAnnot_GetOptionLabel, form, annotation, number) for number in numbers)


def _string(function: Any, *arguments: Any) -> str:
    """Return the string that one of PDFium's functions writes into a buffer, in UTF-16."""

    length = min(function(*arguments, None, 0), 2 * MAX_CHARACTERS)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw.decode("utf-16-le", "replace").partition("\0")[0].replace("\r\n", "\n").replace("\r", "\n")
