"""PPTX: the slides in their order, each a place, with their tables, charts, diagrams and notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.formats.office.drawings import DRAWING, write_drawing
from qa.loaders.formats.office.equations import MATH, equation_text
from qa.loaders.formats.office.package import RELATIONSHIPS, Package, open_package
from qa.loaders.rendering.lists import BULLET, Numbering
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder
from qa.loaders.rendering.scripts import superscript
from qa.types import Article, Place

__all__ = ["load"]

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FURNITURE = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))
_TITLES = frozenset(("title", "ctrTitle"))
_BODIES = frozenset(("body", "obj", "subTitle"))
_STYLES = {"alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I", "arabic": "1"}


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole presentation.

    :raises LoadError: if the presentation is encrypted, broken or contains no text.
    """
    package = open_package(file, "PPTX")
    name, root = package.main_part("ppt/presentation.xml", f"{_P}presentation", "a presentation")
    builder, places = TextBuilder(), list[Place]()
    for number, slide in enumerate(_slides(package, name, root), 1):
        for label, shapes in _parts(package, slide, f"slide {number}"):
            builder.end(PARAGRAPH)
            start = builder.next_start
            for shape in shapes:
                _Shape(package, shape[0], builder).write(shape[1])
            if builder.next_start > start:
                places.append(Place(start, label))
    properties = package.properties()
    yield make_article(
        file,
        builder.text,
        properties.title,
        date=properties.date,
        headings=builder.headings,
        tags=properties.tags,
        metadata=properties.metadata,
        places=places,
    )


def _slides(package: Package, name: str, root: Any) -> Iterator[str]:
    """Yield the names of the slides' parts in their order."""
    relations = package.relationships(name)
    for element in root.iterfind(f"{_P}sldIdLst/{_P}sldId"):
        relation = relations.get(element.get(f"{RELATIONSHIPS}id", ""))
        yield relation.target if relation else ""


def _parts(package: Package, slide: str, label: str) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Yield the slide and its notes, each with its place and its shapes; titles come first."""
    root = package.xml(slide) if slide else None
    if root is None:
        return
    shapes = [(slide, shape) for shape in _shapes(root.find(f"{_P}cSld/{_P}spTree"))]
    yield label, sorted(shapes, key=lambda item: _kind(item[1]) not in _TITLES)
    for name in package.related(slide, "notesSlide"):
        notes = package.xml(name)
        tree = None if notes is None else notes.find(f"{_P}cSld/{_P}spTree")
        yield f"{label}, notes", [(name, shape) for shape in _shapes(tree) if _kind(shape) == "body"]


def _shapes(tree: Any) -> Iterator[Any]:
    """Yield the shapes of a slide that are shown and hold text, also those inside groups."""
    for element in () if tree is None else tree.iter(f"{_P}sp", f"{_P}graphicFrame"):
        properties = element.find(f"*/{_P}cNvPr")
        is_hidden = properties is not None and properties.get("hidden") in ("1", "true")
        is_fallback = next(element.iterancestors(_FALLBACK), None) is not None
        if not is_hidden and not is_fallback and _kind(element) not in _FURNITURE:
            yield element


def _kind(shape: Any) -> str:
    """Return what a placeholder is for; empty for a shape that is none."""
    placeholder = shape.find(f"*/{_P}nvPr/{_P}ph")
    return "" if placeholder is None else placeholder.get("type", "obj")


class _Shape:
    """Writes a shape to a builder."""

    def __init__(self, package: Package, part: str, builder: TextBuilder) -> None:
        self._package = package
        self._part = part
        self._builder = builder
        self._numbering: dict[int, tuple[str, Numbering]] = {}

    def write(self, shape: Any) -> None:
        """Write the text, the table, the chart or the diagram of the shape."""
        body = shape.find(f"{_P}txBody")
        if body is not None:
            self._write_text(body, _kind(shape))
        for table in shape.iter(f"{DRAWING}tbl"):
            self._write_table(table)
        for name, relation in self._references(shape):
            if name.endswith(("}id", "}dm")) and (root := self._package.xml(relation)) is not None:
                write_drawing(root, self._builder)

    def _references(self, shape: Any) -> Iterator[tuple[str, str]]:
        relations = self._package.relationships(self._part)
        for element in shape.iterfind(f"{DRAWING}graphic/{DRAWING}graphicData/*"):
            for name, value in element.attrib.items():
                if value in relations and relations[value].kind in ("chart", "diagramData"):
                    yield name, relations[value].target

    def _write_text(self, body: Any, kind: str) -> None:
        if kind in _TITLES:
            self._builder.add(" ".join(map(_words, body.findall(f"{DRAWING}p"))))
            self._builder.end(PARAGRAPH, level=1)
            return
        paragraphs = [paragraph for paragraph in body.findall(f"{DRAWING}p") if _words(paragraph).strip()]
        is_list = kind in _BODIES and len(paragraphs) > 1
        for paragraph in paragraphs:
            marker = self._marker(paragraph, is_list=is_list)
            if not marker:
                self._builder.end(PARAGRAPH)
            self._builder.start_item(marker)
            for line in _words(paragraph).split("\v"):
                self._builder.add(line)
                self._builder.end(LINE)
            self._builder.start_item("")
            self._builder.end(LINE if marker else PARAGRAPH)
        self._builder.end(PARAGRAPH)

    def _marker(self, paragraph: Any, *, is_list: bool) -> str:
        properties = paragraph.find(f"{DRAWING}pPr")
        level = "0" if properties is None else properties.get("lvl", "0")
        depth = int(level) if level.isdecimal() else 0
        self._numbering = {other: state for other, state in self._numbering.items() if other <= depth}
        kinds = [] if properties is None else [str(child.tag).removeprefix(DRAWING) for child in properties]
        if "buAutoNum" in kinds and properties is not None:
            numbers = properties.find(f"{DRAWING}buAutoNum")
            style, start = numbers.get("type", "arabicPeriod"), numbers.get("startAt", "1")
            if self._numbering.get(depth, ("",))[0] != style + start:
                letters = next((letter for name, letter in _STYLES.items() if style.startswith(name)), "1")
                first = int(start) if start.isdecimal() and len(start) < 6 else 1
                self._numbering[depth] = style + start, Numbering(letters, first)
            return self._numbering[depth][1].marker()
        self._numbering.pop(depth, None)
        return BULLET if "buChar" in kinds or (is_list and "buNone" not in kinds) else ""

    def _write_table(self, table: Any) -> None:
        look = table.find(f"{DRAWING}tblPr")
        has_top, has_left = (
            look is not None and look.get(name) in ("1", "true") for name in ("firstRow", "firstCol")
        )
        self._builder.open_table()
        for number, row in enumerate(table.iterfind(f"{DRAWING}tr")):
            self._builder.next_row()
            for column, cell in enumerate(row.iterfind(f"{DRAWING}tc")):
                if any(cell.get(name) in ("1", "true") for name in ("hMerge", "vMerge")):
                    continue
                is_header = (has_top and number == 0) or (has_left and column == 0)
                columns, rows = (_count(cell.get(name)) for name in ("gridSpan", "rowSpan"))
                self._builder.next_cell(is_header=is_header, columns=columns, rows=rows)
                self._builder.add(" ".join(map(_words, cell.iter(f"{DRAWING}p"))).replace("\v", " "))
        self._builder.close_table()


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 4 else 1


def _words(paragraph: Any) -> str:
    """Return the text of a paragraph; a line break is a vertical tab, and the slide's number is left out."""
    parts: list[str] = []
    for element in paragraph.iter(f"{DRAWING}t", f"{DRAWING}br", f"{MATH}oMath"):
        if element.tag == f"{DRAWING}br":
            parts.append("\v")
        elif element.tag == f"{MATH}oMath":
            if next(element.iterancestors(_FALLBACK), None) is None:
                parts.append(equation_text(element))
        elif next(element.iterancestors(_FALLBACK), None) is None:
            parts.append(_run(element))
    return "".join(parts)


def _run(text: Any) -> str:
    run = text.getparent()
    if str(run.tag).endswith("}fld") and run.get("type") == "slidenum":
        return ""
    properties = run.find(f"{DRAWING}rPr")
    baseline = "0" if properties is None else properties.get("baseline", "0")
    is_raised = baseline.rstrip("%").isdecimal() and baseline.rstrip("%") != "0"
    return superscript(text.text or "") if is_raised else text.text or ""
