"""Convert HTML and XHTML to plain text, as a browser would show it."""

from __future__ import annotations

import html.entities
import re
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.loaders.encodings import declared_encoding, decode
from qa.loaders.html_page.nodes import build_element, hides, is_hidden, parse_html5
from qa.loaders.rendering.lists import BULLET, Numbering
from qa.loaders.rendering.note_marks import is_note_mark
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder
from qa.loaders.rendering.scripts import superscript

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["parse_html", "parse_well_formed", "parse_xhtml", "parse_xml", "render"]

_DROPPED = frozenset(
    "head title script style noscript template nav iframe frameset object embed svg canvas audio video map "
    "select button input textarea datalist rt rp".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center details dialog div fieldset figcaption figure "
    "footer form header hgroup hr legend main p pre section summary table".split()
)
_LISTS = frozenset("dl menu ol ul".split())
_ITEMS = frozenset("dd dt li".split())
_LINES = frozenset("tbody tfoot thead tr".split())
_CELLS = frozenset("td th".split())
_TABLES = _LINES | _CELLS | {"table"}
_BOLD = frozenset("b strong".split())
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))


def parse_html(text: str) -> _Element:
    """Return what a browser shows of the page, parsed as the HTML standard says. Nothing is fetched.

    :raises LoadError: if the page is nested too deeply, or has a tag of thousands of attributes.
    """
    root = parse_html5(text)
    return build_element(root, {node for node in root.walk() if is_hidden(node) or node.tag in _DROPPED})


def parse_xhtml(data: bytes) -> _Element:
    """Return the root element of the page, parsed as XML if it is well-formed and as HTML otherwise.

    :raises LoadError: if the bytes are not text.
    """
    text = decode(data, declared_encoding(data))
    root = parse_well_formed(text)
    return parse_html(text) if root is None else root


def parse_well_formed(text: str) -> _Element | None:
    """Return the root element of an XHTML page, or None if it is not well-formed."""
    from lxml import etree

    try:
        return parse_xml(_ENTITY.sub(_character, text).encode())
    except etree.XMLSyntaxError as error:
        if any(entry.type_name == "ERR_NO_MEMORY" for entry in error.error_log or ()):
            raise MemoryError from error
        return None


def parse_xml(data: bytes, *, recover: bool = False) -> _Element:
    """Return the root element, with namespaces removed from tags. Nothing is fetched; entities are not resolved.

    :param recover: whether to read as much as possible of XML that is not well-formed.
    :raises lxml.etree.XMLSyntaxError: if the XML is not well-formed.
    """
    from lxml import etree

    # The declared encoding may no longer be that of the bytes.
    data = re.sub(rb"\A\s*<\?xml[^>]*\?>", b"", data)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    root = etree.fromstring(data, parser)
    if root is None:
        raise LoadError("the file is damaged: save it again")
    etree.strip_tags(root, etree.Entity)
    for element in root.iter(etree.Element):
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def render(root: _Element, builder: TextBuilder) -> None:
    """Add the visible text of the page to the builder."""
    _Renderer(builder).render(root)


def _character(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name in _XML_ENTITIES else html.entities.html5.get(f"{name};", match[0])


class _Renderer:
    """Renders a page in document order, without recursion."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._heading = 0
        self._preformatted = 0
        self._raised = 0
        self._items = 0
        self._lists: list[Numbering | None] = []
        self._in_cell = 0
        self._layout_tables: list[bool] = []

    def render(self, root: _Element) -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            tag = str(element.tag).lower()
            if event == "start" and (_is_dropped(element, tag) or is_note_mark(element, tag)):
                skipped = element
                walk.skip_subtree()
            elif event == "start":
                self._open(element, tag)
                self._add(element.text)
            else:
                if element is not skipped:
                    self._close(tag)
                if element is not root:
                    self._add(element.tail)
        self._builder.end(PARAGRAPH)

    def _add(self, text: str | None) -> None:
        self._builder.add(superscript(text) if text and self._raised else text)

    def _open(self, element: _Element, tag: str) -> None:
        self._raised += tag == "sup"
        if tag == "br":
            self._break(LINE)
        elif tag in _LISTS:
            self._open_list(element, tag)
        elif tag in _ITEMS:
            self._open_item(element, tag)
        elif tag in _TABLES:
            self._open_table_part(element, tag)
        elif tag in _HEADINGS and not self._inline:
            self._break(PARAGRAPH)
            self._heading = _HEADINGS[tag]
        else:
            self._block(tag)
        self._preformatted += tag == "pre" and not self._inline

    def _close(self, tag: str) -> None:
        self._raised -= tag == "sup"
        if tag == "pre" and self._preformatted:
            self._preformatted -= 1
            self._builder.end(PARAGRAPH, verbatim=True)
        elif tag in _HEADINGS and self._heading == _HEADINGS[tag]:
            self._builder.end(PARAGRAPH, level=self._heading)
            self._heading = 0
        elif tag in _LISTS:
            self._close_list(tag)
        elif tag in _ITEMS:
            self._close_item(tag)
        elif tag in _TABLES:
            self._close_table_part(tag)
        else:
            self._block(tag)

    @property
    def _inline(self) -> bool:
        """Whether blocks are joined to one line: inside a heading, a cell or preformatted text."""
        return bool(self._heading or self._in_cell or self._preformatted)

    def _block(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break(LINE if self._items else PARAGRAPH)

    def _break(self, gap: str) -> None:
        if self._inline:
            self._builder.add("\n")
        else:
            self._builder.end(gap)

    def _open_list(self, element: _Element, tag: str) -> None:
        self._break(LINE if self._items else PARAGRAPH)
        self._lists.append(_numbering(element) if tag == "ol" else None)

    def _close_list(self, tag: str) -> None:
        self._lists.pop()
        if tag == "dl" and not self._inline:
            self._builder.end_definitions()
        self._break(LINE if self._items else PARAGRAPH)

    def _open_item(self, element: _Element, tag: str) -> None:
        self._break(LINE)
        self._items += tag != "dt"
        if tag == "li":
            numbering = self._lists[-1] if self._lists else None
            marker = numbering.marker(_integer(element.get("value"))) if numbering else BULLET
            if self._inline:
                self._builder.add(marker)
            else:
                self._builder.start_item(marker)
        elif tag == "dd" and not self._inline:
            self._builder.start_definition()

    def _close_item(self, tag: str) -> None:
        self._items -= tag != "dt"
        if self._inline:
            self._builder.add(": " if tag == "dt" else "\n")
        elif tag == "li":
            self._builder.end_item()
        elif tag == "dd":
            self._builder.end_definition()
        else:
            self._builder.end_term()

    def _open_table_part(self, element: _Element, tag: str) -> None:
        if tag == "table":
            self._layout_tables.append(self._inline or _is_layout(element))
            if not self._is_layout:
                self._builder.open_table()
        if self._is_layout:
            self._break(LINE if tag in _LINES else PARAGRAPH)
        elif tag == "tr":
            self._builder.next_row()
        elif tag in _CELLS:
            columns, rows = _integer(element.get("colspan")) or 1, _integer(element.get("rowspan")) or 1
            self._builder.next_cell(is_header=_is_header(element, tag), columns=columns, rows=rows)
            self._in_cell += 1

    def _close_table_part(self, tag: str) -> None:
        if self._is_layout:
            self._break(LINE if tag in _LINES else PARAGRAPH)
        elif tag in _CELLS:
            self._in_cell -= 1
            self._builder.close_cell()
        elif tag == "table":
            self._builder.close_table()
        if tag == "table":
            self._layout_tables.pop()

    @property
    def _is_layout(self) -> bool:
        return not self._layout_tables or self._layout_tables[-1]


def _is_dropped(element: _Element, tag: str) -> bool:
    return tag in _DROPPED or element.get("role") == "navigation" or hides(element.get)


def _is_layout(table: _Element) -> bool:
    """Return whether the table is only used for layout, so that its cells are blocks rather than cells of rows."""
    if table.get("role") in ("presentation", "none"):
        return True
    inside = table.iterdescendants(*_HEADINGS, "table")
    return any(next(element.iterancestors("caption", "table")).tag != "caption" for element in inside)


def _is_header(cell: _Element, tag: str) -> bool:
    """Return whether the cell is marked as a header, or is one by its place and bold type."""
    if tag == "th":
        return True
    row = cell.getparent()
    section = None if row is None else row.getparent()
    if row is None or section is None or section.tag == "thead":
        return section is not None
    is_edge = cell.getprevious() is None or row.getprevious() is None
    return is_edge and _is_bold(cell)


def _is_bold(cell: _Element) -> bool:
    children = list(cell)
    is_whole = len(children) == 1 and not ((cell.text or "") + (children[0].tail or "")).strip()
    return is_whole and children[0].tag in _BOLD


def _numbering(element: _Element) -> Numbering:
    """Return the numbering of an ordered list."""
    start, is_reversed = _integer(element.get("start")), "reversed" in element.attrib
    if start is None:
        start = sum(1 for _ in element.iterchildren("li")) if is_reversed else 1
    return Numbering((element.get("type") or "1").strip(), start, -1 if is_reversed else 1)


def _integer(value: str | None) -> int | None:
    match = _INTEGER.match(value or "")
    return int(match[1]) if match else None
