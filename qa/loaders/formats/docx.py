"""DOCX: body, text boxes, tables and notes, with all tracked changes accepted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.fields import one_line, parse_date, parse_tags
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder
from qa.loaders.zipped import open_zip
from qa.types import Article

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["load"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DROPPED = frozenset(
    (
        _FALLBACK,
        *(_W + tag for tag in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "sectPr")),
    )
)
_INLINE = {_W + "tab": " ", _W + "noBreakHyphen": "-", _W + "ptab": " "}
_NOTES = ("footnotes", "endnotes")
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
MAX_ANCESTORS = 20
_OLE = b"\xd0\xcf\x11\xe0"


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole document.

    :raises LoadError: if the document is encrypted, broken or contains no text.
    """
    if file.data.startswith(_OLE):
        raise LoadError(
            "the document is encrypted, or in the older DOC format: save it as DOCX without a password"
        )
    document = _open(file)
    builder = TextBuilder()
    renderer = _Renderer(builder, document)
    for root in (document.element.body, *_notes(document)):
        renderer.render(root)
    properties = document.core_properties
    yield make_article(
        file,
        builder.text,
        one_line(properties.title or "") or renderer.title,
        date=parse_date(properties.created),
        headings=builder.headings,
        tags=parse_tags(properties.keywords),
        metadata={"author": properties.author, "subject": properties.subject, "category": properties.category},
    )


def _open(file: File) -> Document:
    import docx

    open_zip(file).close()
    try:
        return docx.Document(io.BytesIO(file.data))
    except Exception as error:  # KeyError, ValueError, XMLSyntaxError... depending on the damaged part
        raise LoadError("the document is broken, or not a DOCX: open it and save it as DOCX again") from error


def _notes(document: Document) -> Iterator[Any]:
    """Yield the root elements of the footnotes and the endnotes."""
    from docx.oxml.parser import parse_xml

    for relationship in document.part.rels.values():
        kind = relationship.reltype.rpartition("/")[2]
        if kind in _NOTES and not relationship.is_external:
            yield parse_xml(relationship.target_part.blob)


class _Renderer:
    """Renders the XML itself: the object model of python-docx omits insertions, controls, text boxes and notes."""

    def __init__(self, builder: TextBuilder, document: Document) -> None:
        self.title = ""
        self._builder = builder
        self._styles = {style.style_id: style for style in document.styles}
        self._names: dict[str, list[str]] = {}  # of each style, and of those that it is based on
        self._paragraphs: list[tuple[str, int]] = []  # the gap and the heading level of each open paragraph
        self._cells = 0

    def render(self, root: Any) -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start" and _is_dropped(element):
                skipped = element
                walk.skip_subtree()
            elif event == "start":
                self._open(element)
            elif element is not skipped:
                self._close(element)
        self._builder.end(PARAGRAPH)

    def _open(self, element: Any) -> None:
        tag = element.tag
        if tag == _W + "p":
            self._open_paragraph(element)
        elif tag == _W + "t":
            self._builder.add(element.text)
        elif tag in _INLINE:
            self._builder.add(_INLINE[tag])
        elif tag in (_W + "br", _W + "cr"):
            self._break_line()
        elif tag == _W + "tc":
            self._open_cell()
        elif not self._cells:
            self._open_table(tag)

    def _open_table(self, tag: str) -> None:
        if tag == _W + "tbl":
            self._builder.open_table()
        elif tag == _W + "tr":
            self._builder.next_row()

    def _close(self, element: Any) -> None:
        tag = element.tag
        if tag == _W + "p":
            self._close_paragraph()
        elif tag == _W + "tc":
            self._cells -= 1
        elif tag == _W + "tbl" and not self._cells:
            self._builder.close_table()

    def _open_paragraph(self, element: Any) -> None:
        gap, level = self._paragraph_kind(element)
        if self._cells:
            self._builder.add(" ")
        elif self._paragraphs or gap == PARAGRAPH:  # a text box in a paragraph, or the end of a list
            self._builder.end(PARAGRAPH)
        self._paragraphs.append((gap, level))

    def _close_paragraph(self) -> None:
        gap, level = self._paragraphs.pop()
        if self._cells:
            self._builder.add(" ")
        else:
            self._builder.end(gap, level=level)

    def _break_line(self) -> None:
        if self._cells or (self._paragraphs and self._paragraphs[-1][1]):
            self._builder.add(" ")
        else:
            self._builder.end(LINE)

    def _open_cell(self) -> None:
        if not self._cells:
            self._builder.next_cell()
        self._cells += 1

    def _style_names(self, style_id: str) -> list[str]:
        if style_id not in self._names:
            ancestry = _ancestry(self._styles.get(style_id))
            self._names[style_id] = [(style.name or "").lower() for style in ancestry]
        return self._names[style_id]

    def _paragraph_kind(self, paragraph: Any) -> tuple[str, int]:
        """Return the gap after the paragraph and its heading level, 0 for none."""
        names = self._style_names(_value(paragraph, "pStyle"))
        if "title" in names:
            self.title = self.title or one_line("".join(node.text or "" for node in paragraph.iter(_W + "t")))
            return PARAGRAPH, 1
        levels = (match[1] for name in names if (match := _HEADING.match(name)))
        outline = _value(paragraph, "outlineLvl")
        level = next(levels, str(int(outline) + 1) if outline.isdigit() and int(outline) < 9 else "0")
        is_item = _property(paragraph, "numPr") is not None or any(name.startswith("list") for name in names)
        return (LINE if is_item and level == "0" else PARAGRAPH), min(int(level), 6)


def _ancestry(style: Any) -> Iterator[Any]:
    for _ in range(MAX_ANCESTORS):  # styles may be based on each other in a circle
        if style is None:
            return
        yield style
        style = style.base_style


def _property(paragraph: Any, name: str) -> Any:
    return paragraph.find(f"{_W}pPr/{_W}{name}")


def _value(paragraph: Any, name: str) -> str:
    element = _property(paragraph, name)
    return "" if element is None else element.get(_W + "val", "")


def _is_dropped(element: Any) -> bool:
    tag = element.tag
    if tag in _DROPPED:
        return True
    if tag in (_W + "footnote", _W + "endnote"):  # separators have another type
        return element.get(_W + "type") not in (None, "normal")
    vanish = element.find(f"{_W}rPr/{_W}vanish") if tag == _W + "r" else None
    return vanish is not None and vanish.get(_W + "val") not in ("0", "false", "off")
