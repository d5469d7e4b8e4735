"""OpenDocument: texts (ODT), spreadsheets (ODS) and presentations (ODP), zipped or as one XML file."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.fields import fallback_title, one_line, parse_date, parse_tags
from qa.loaders.formats.office.equations import mathml_text
from qa.loaders.formats.office.package import Package, document_date, parse_part
from qa.loaders.formats.office.sheet_text import Grid, write_sheet
from qa.loaders.formats.opendocument.odf_body import DRAW, OdfBody
from qa.loaders.formats.opendocument.odf_styles import OFFICE, TABLE, TEXT, OdfStyles
from qa.loaders.rendering.plain_text import PARAGRAPH, TextBuilder
from qa.loaders.zipped import open_zip
from qa.types import Article, Place

__all__ = ["load"]

_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_ENCRYPTION = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}encryption-data"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_FURNITURE = frozenset(("page-number", "date-time", "footer", "header"))
_TITLES = frozenset(("title",))
MAX_REPEATED = 10_000
"""How many cells with text one row of a sheet may stand for."""


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole file.

    :raises LoadError: if the file is encrypted, broken or contains no text.
    """
    package = None if file.suffix.startswith(".fod") else _open(file)
    if package is None:
        content = styles = meta = parse_part(file.data)
    else:
        content, styles, meta = (package.xml(f"{name}.xml") for name in ("content", "styles", "meta"))
    body = None if content is None else content.find(f"{OFFICE}body")
    if body is None:
        raise LoadError(
            "the file is damaged, or not an OpenDocument file: open it in its program and save it again"
        )
    roots = [root for root in (styles, content) if root is not None]
    writer = OdfBody(TextBuilder(), OdfStyles(*roots), _embedder(package))
    places = _write(body, writer, OdfStyles(*roots))
    written = package.written() if package else None
    yield _article(file, writer, meta, places, written)


def _open(file: File) -> Package:
    package = Package(open_zip(file), file.max_bytes)
    manifest = package.xml("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter(_ENCRYPTION), None) is not None:
        raise LoadError("the document is encrypted: save it without a password")
    return package


def _write(body: Any, writer: OdfBody, styles: OdfStyles) -> list[Place]:
    """Write what the body holds, and return the places of its slides or rows."""
    places: list[Place] = []
    for part in body:
        if part.tag == f"{OFFICE}spreadsheet":
            places += _write_sheets(part, writer.builder, styles)
        elif part.tag == f"{OFFICE}presentation":
            places += _write_slides(part, writer)
        else:
            writer.write(part)
    return places


def _write_slides(presentation: Any, writer: OdfBody) -> Iterator[Place]:
    builder = writer.builder
    for number, page in enumerate(presentation.iterfind(f"{DRAW}page"), 1):
        shapes = sorted(page, key=lambda shape: _presentation_class(shape) not in _TITLES)
        notes = page.find(f"{_PRESENTATION}notes")
        for label, parts in (
            (f"slide {number}", shapes),
            (f"slide {number}, notes", () if notes is None else notes),
        ):
            builder.end(PARAGRAPH)
            start = builder.next_start
            for shape in parts:
                _write_shape(shape, writer)
            if builder.next_start > start:
                yield Place(start, label)


def _write_shape(shape: Any, writer: OdfBody) -> None:
    kind = _presentation_class(shape)
    if kind in _FURNITURE or shape.get(f"{_PRESENTATION}placeholder") == "true" or not _is_shape(shape):
        return
    if kind in _TITLES:
        writer.builder.add(one_line(" ".join("".join(map(str, p.itertext())) for p in shape.iter(f"{TEXT}p"))))
        writer.builder.end(PARAGRAPH, level=1)
    else:
        writer.write(shape)


def _is_shape(element: Any) -> bool:
    return str(element.tag).startswith(DRAW) and element.tag != f"{DRAW}page-thumbnail"


def _presentation_class(shape: Any) -> str:
    return str(shape.get(f"{_PRESENTATION}class", ""))


def _write_sheets(spreadsheet: Any, builder: TextBuilder, styles: OdfStyles) -> Iterator[Place]:
    tables = list(spreadsheet.iterfind(f"{TABLE}table"))
    shown = [table for table in tables if styles.is_shown_table(table.get(f"{TABLE}style-name", ""))]
    for table in shown:
        title = one_line(table.get(f"{TABLE}name", "")) or "1"
        is_named = len(shown) > 1 or title.rstrip("0123456789").lower() != "sheet"
        yield from write_sheet(builder, _grid(table), title, f"sheet {title}, row", is_named=is_named)


def _grid(table: Any) -> Grid:
    rows: dict[int, dict[int, tuple[str, bool]]] = {}
    merged: list[tuple[int, int, int, int]] = []
    headers: list[tuple[int, int, int, int]] = []
    number = 1
    for row in table.iter(f"{TABLE}table-row"):
        repeated = _integer(row.get(f"{TABLE}number-rows-repeated"))
        cells = _cells(row, number, merged) if row.get(f"{TABLE}visibility") != "collapse" else {}
        if cells:
            rows.update(
                (number + index, cells) for index in range(min(repeated, max(MAX_REPEATED // len(cells), 1)))
            )
        if row.getparent().tag == f"{TABLE}table-header-rows":
            headers.append((number, 1, number, 1 << 14))
        number += repeated
    return Grid(rows, merged, headers)


def _cells(row: Any, number: int, merged: list[tuple[int, int, int, int]]) -> dict[int, tuple[str, bool]]:
    """Return the texts of a row's cells, as they are shown, and note those that span others."""
    cells: dict[int, tuple[str, bool]] = {}
    column = 1
    for cell in row.iterfind("*"):
        repeated = _integer(cell.get(f"{TABLE}number-columns-repeated"))
        text = "" if cell.tag.endswith("}covered-table-cell") else _cell_text(cell)
        if text:
            cells.update((column + index, (text, False)) for index in range(min(repeated, 1 << 10)))
        width, height = (_integer(cell.get(f"{TABLE}number-{name}-spanned")) for name in ("columns", "rows"))
        if width > 1 or height > 1:
            merged.append((number, column, number + height - 1, column + width - 1))
        column += repeated
    return cells


def _cell_text(cell: Any) -> str:
    return one_line(" ".join("".join(map(str, p.itertext())) for p in cell.iterfind(f"{TEXT}p")))


def _embedder(package: Package | None) -> Callable[[str, OdfBody], str]:
    """Return what reads embedded objects: the text of an equation; a chart is written as its table."""

    def embed(name: str, body: OdfBody) -> str:
        part = posixpath.join(name.removeprefix("./"), "content.xml")
        root = package.xml(part) if package and name else None
        if root is None:
            return ""
        if root.tag == _MATH:
            return mathml_text(root)
        chart = root.find(f"{OFFICE}body/{OFFICE}chart")
        if chart is not None:
            OdfBody(body.builder, OdfStyles(root)).write(chart)
        return ""

    return embed


def _article(file: File, writer: OdfBody, root: Any, places: list[Place], written: Any) -> Article:
    found = None if root is None else root.find(f"{OFFICE}meta")
    meta = found if found is not None else ()
    values: dict[str, str] = {}
    for element in meta:
        values.setdefault(element.tag, one_line(element.text or ""))
    keywords = [one_line(element.text or "") for element in meta if element.tag == f"{_META}keyword"]
    created, modified = (parse_date(values.get(name)) for name in (f"{_META}creation-date", f"{_DC}date"))
    text = writer.builder.text
    is_sheet = file.suffix.endswith("ods")
    return make_article(
        file,
        text,
        values.get(f"{_DC}title") or writer.title or (fallback_title(file.stem, text) if is_sheet else ""),
        date=document_date(created, modified, written),
        headings=writer.builder.headings,
        tags=parse_tags(keywords),
        metadata={
            "author": values.get(f"{_META}initial-creator") or values.get(f"{_DC}creator", ""),
            "subject": values.get(f"{_DC}subject", ""),
            "language": values.get(f"{_DC}language", ""),
        },
        places=places,
    )


def _integer(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdecimal() and len(text) < 9 else 1
