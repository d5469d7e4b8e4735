"""XLSX: the rows of each sheet, with the names of their columns and their numbers as they are shown."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.fields import fallback_title, one_line
from qa.loaders.formats.office.cell_values import shown_number
from qa.loaders.formats.office.drawings import DRAWING, write_drawing
from qa.loaders.formats.office.package import RELATIONSHIPS, Package, open_package, plain_namespaces
from qa.loaders.formats.office.sheet_text import Grid, write_sheet
from qa.loaders.rendering.plain_text import PARAGRAPH, TextBuilder
from qa.types import Article, Place

__all__ = ["load"]

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNNAMED = re.compile(r"(?i)(sheet|tabelle|feuil|hoja|foglio)\s?\d*")
_CODES: Mapping[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "mm-dd-yy",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0",
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd"),
}  # fmt: skip
"""The format codes that have numbers (ISO/IEC 29500-1, section 18.8.30)."""


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of all sheets refer to."""

    strings: Sequence[str]
    styles: Sequence[tuple[str, bool]]
    """The format code of each style, and whether it is bold."""
    is_1904: bool


@dataclass(slots=True)
class _Sheet:
    """What is read of a sheet before it is written."""

    cells: dict[int, dict[int, tuple[str, bool]]] = field(default_factory=dict)
    """By row and column: the text, and whether it is bold."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    headers: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole workbook.

    :raises LoadError: if the workbook is encrypted, broken or contains no text.
    """
    package = open_package(file, "XLSX")
    name, root = package.main_part("xl/workbook.xml", f"{_S}workbook", "a workbook")
    book = _book(package, name, root)
    sheets = list(_sheets(package, name, root))
    builder, places = TextBuilder(), list[Place]()
    for title, part in sheets:
        is_named = len(sheets) > 1 or not _UNNAMED.fullmatch(title)
        grid = _grid(_read_sheet(package, part, book))
        places += write_sheet(builder, grid, title, f"sheet {title}, row", is_named=is_named)
        _write_drawings(package, part, builder, with_charts=not grid.rows)
    properties = package.properties()
    yield make_article(
        file,
        builder.text,
        properties.title or fallback_title(file.stem, builder.text),
        date=properties.date,
        headings=builder.headings,
        tags=properties.tags,
        metadata=properties.metadata,
        places=places,
    )


def _sheets(package: Package, name: str, root: Any) -> Iterator[tuple[str, str]]:
    """Yield the names and the parts of the sheets that are not hidden."""
    relations = package.relationships(name)
    for sheet in root.iterfind(f"{_S}sheets/{_S}sheet"):
        relation = relations.get(sheet.get(f"{RELATIONSHIPS}id", ""))
        if relation and sheet.get("state", "visible") == "visible":
            yield one_line(sheet.get("name", "")) or "1", relation.target


def _book(package: Package, name: str, root: Any) -> _Book:
    properties = root.find(f"{_S}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    strings = next((package.xml(part) for part in package.related(name, "sharedStrings")), None)
    items = () if strings is None else strings.iterfind(f"{_S}si")
    return _Book([_string(item) for item in items], _styles(package, name), is_1904)


def _styles(package: Package, name: str) -> list[tuple[str, bool]]:
    root = next((package.xml(part) for part in package.related(name, "styles")), None)
    if root is None:
        return []
    codes = dict(_CODES) | {
        int(number): item.get("formatCode", "")
        for item in root.iterfind(f"{_S}numFmts/{_S}numFmt")
        if (number := item.get("numFmtId", "")).isdecimal()
    }
    bold = [_is_bold(font) for font in root.iterfind(f"{_S}fonts/{_S}font")]
    styles = []
    for style in root.iterfind(f"{_S}cellXfs/{_S}xf"):
        font, number = _integer(style.get("fontId")), _integer(style.get("numFmtId"))
        styles.append((codes.get(number, "General"), font < len(bold) and bold[font]))
    return styles


def _is_bold(font: Any) -> bool:
    bold = font.find(f"{_S}b")
    return bold is not None and bold.get("val", "1") not in ("0", "false")


def _read_sheet(package: Package, part: str, book: _Book) -> _Sheet:
    """Read a sheet row by row: its tree would take many times the memory."""
    from lxml import etree

    sheet = _Sheet()
    data = plain_namespaces(package.data(part) or b"")
    tags = [_S + name for name in ("row", "col", "mergeCell", "autoFilter", "filterColumn", "pane")]
    events = etree.iterparse(
        io.BytesIO(data), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    number = 0
    for _, element in events:
        kind = str(element.tag).removeprefix(_S)
        if kind == "row":
            number = _integer(element.get("r")) or number + 1
            _read_row(element, number, sheet, book)
            element.clear()
        elif kind == "col" and element.get("hidden") in ("1", "true"):
            first, last = _integer(element.get("min")), min(_integer(element.get("max")), 1 << 14)
            sheet.hidden_columns.update(range(first, last + 1))
        elif kind == "mergeCell":
            sheet.merged += _area(element.get("ref"))
        else:
            _note_header(element, kind, sheet)
    for name in package.related(part, "table"):
        root = package.xml(name)
        sheet.is_filtered = sheet.is_filtered or next(root.iter(f"{_S}filterColumn"), None) is not None
        if root.get("headerRowCount", "1") != "0":
            sheet.headers += _top(_area(root.get("ref")))
    return sheet


def _note_header(element: Any, kind: str, sheet: _Sheet) -> None:
    """Note the rows that name the columns: those of a filter, and those that stay when one scrolls."""
    if kind == "autoFilter":
        sheet.headers += _top(_area(element.get("ref")))
    elif kind == "filterColumn":
        sheet.is_filtered = True
    elif (
        kind == "pane" and element.get("state", "").startswith("frozen") and (element.get("ySplit") or "0") != "0"
    ):
        rows = _integer(element.get("ySplit", "").partition(".")[0])
        sheet.headers += [(rows, 1, rows, 1 << 14)] if 0 < rows <= 5 else []


def _read_row(row: Any, number: int, sheet: _Sheet, book: _Book) -> None:
    cells: dict[int, tuple[str, bool]] = {}
    column = 0
    for cell in row.iterfind(f"{_S}c"):
        match = _REFERENCE.match(cell.get("r", ""))
        column = _column(match[1]) if match else column + 1
        style = _integer(cell.get("s"))
        code, is_bold = book.styles[style] if style < len(book.styles) else ("General", False)
        if text := one_line(_cell_text(cell, code, book)):
            cells[column] = text, is_bold
    if cells:
        sheet.cells[number] = cells
    if row.get("hidden") in ("1", "true"):
        sheet.hidden_rows.add(number)


def _cell_text(cell: Any, code: str, book: _Book) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        item = cell.find(f"{_S}is")
        return "" if item is None else _string(item)
    value = cell.findtext(f"{_S}v") or ""
    if kind == "s":
        index = int(value) if value.strip().isdecimal() else -1
        return book.strings[index] if 0 <= index < len(book.strings) else ""
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(value, value)
    if kind == "n":
        return shown_number(value, code, is_1904=book.is_1904) if value else ""
    return _unescaped(value)


def _string(item: Any) -> str:
    """Return a string without its phonetic guide."""
    parts = item.iterfind(f"{_S}t"), (text for run in item.iterfind(f"{_S}r") for text in run.iterfind(f"{_S}t"))
    return _unescaped("".join(text.text or "" for group in parts for text in group))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _grid(sheet: _Sheet) -> Grid:
    hidden = set() if sheet.is_filtered else sheet.hidden_rows  # what a filter hides is still there
    rows = {
        number: {column: cell for column, cell in cells.items() if column not in sheet.hidden_columns}
        for number, cells in sheet.cells.items()
        if number not in hidden
    }
    return Grid({number: cells for number, cells in sorted(rows.items()) if cells}, sheet.merged, sheet.headers)


def _write_drawings(package: Package, part: str, builder: TextBuilder, *, with_charts: bool) -> None:
    """Write the text boxes that lie on a sheet, and the charts of a sheet without cells: others show its cells."""
    for name in package.related(part, "drawing"):
        for chart in package.related(name, "chart") if with_charts else ():
            write_drawing(package.xml(chart), builder)
        for paragraph in package.xml(name).iter(f"{DRAWING}p"):
            builder.add("".join(text.text or "" for text in paragraph.iter(f"{DRAWING}t")))
            builder.end(PARAGRAPH)


def _area(reference: str | None) -> list[tuple[int, int, int, int]]:
    """Return the first row and column and the last ones of a range, in a list; an empty one if it is none."""
    corners = [(int(row), _column(letters)) for letters, row in _REFERENCE.findall(reference or "")]
    return [(*corners[0], *corners[-1])] if corners else []


def _top(areas: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    return [(row, first, row, last) for row, first, _, last in areas]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0
