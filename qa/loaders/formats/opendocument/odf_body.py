"""Write the body of an OpenDocument file as text: what a reader sees when all tracked changes are accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qa.loaders.fields import one_line
from qa.loaders.formats.opendocument.odf_styles import OFFICE, TABLE, TEXT, OdfStyles
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder
from qa.loaders.rendering.scripts import superscript

__all__ = ["DRAW", "OdfBody"]

DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_INDEXES = "table-of-content illustration-index table-index object-index user-index alphabetical-index"
_DROPPED = frozenset(
    (
        *(TEXT + name for name in f"tracked-changes note-citation ruby-text page-number {_INDEXES}".split()),
        *(OFFICE + name for name in ("annotation", "annotation-end", "forms", "scripts", "event-listeners")),
        *(_SVG + name for name in ("title", "desc")),
        _PRESENTATION + "notes",
        TABLE + "covered-table-cell",
    )
)
_CHARACTERS = {TEXT + "s": " ", TEXT + "tab": " "}
_PARAGRAPHS = frozenset((TEXT + "p", TEXT + "h"))
MAX_COLUMNS = 256


class OdfBody:
    """Writes elements of OpenDocument to a builder, in the order in which they are read.

    Footnotes and frames follow the paragraph or the table that they belong to; endnotes come last.
    """

    def __init__(
        self,
        builder: TextBuilder,
        styles: OdfStyles,
        embed: Callable[[str, OdfBody], str] = lambda _name, _body: "",
    ) -> None:
        """Write to a builder.

        :param embed: writes an embedded object of this name, or returns the text of one that stands in a line.
        """
        self.title = ""
        self._builder = builder
        self._styles = styles
        self._embed = embed
        self._waiting: list[Any] = []
        self._endnotes: list[Any] = []
        self._paragraph = ""  # the tag of the open paragraph
        self._lists: list[tuple[str, list[int]]] = []  # the style and the counts of each open list
        self._marker: str | None = None
        self._tables: list[bool] = []  # whether each open table is read cell by cell
        self._in_cell = False
        self._starters: Mapping[str, Callable[[Any], bool | None]] = {
            TEXT + "p": self._start_paragraph,
            TEXT + "h": self._start_paragraph,
            TEXT + "list": self._start_list,
            TEXT + "list-item": self._start_item,
            TEXT + "line-break": lambda _: self._break_line(),
            TEXT + "note": self._note,
            TEXT + "section": _is_hidden,
            TEXT + "hidden-text": _is_hidden,
            TEXT + "hidden-paragraph": _is_hidden,
            TEXT + "span": self._is_hidden_span,
            TABLE + "table": self._start_table,
            TABLE + "table-row": self._start_row,
            TABLE + "table-cell": self._start_cell,
            DRAW + "object": self._start_object,
        }
        self._enders: Mapping[str, Callable[[Any], None]] = {
            TEXT + "p": self._end_paragraph,
            TEXT + "h": self._end_paragraph,
            TEXT + "list": self._end_list,
            TABLE + "table": self._end_table,
            TABLE + "table-cell": self._end_cell,
        }

    @property
    def builder(self) -> TextBuilder:
        """The builder that is written to."""
        return self._builder

    def write(self, root: Any) -> None:
        """Write an element and its notes."""
        self._write(root)
        endnotes, self._endnotes = self._endnotes, []
        for note in endnotes:
            self._write(note)

    def _write(self, root: Any) -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if self._is_skipped(element, root):
                    skipped = element
                    walk.skip_subtree()
                elif self._paragraph:
                    self._add(element.text, element)
            else:
                if element is not skipped and element.tag in self._enders:
                    self._enders[element.tag](element)
                if element is not root and self._paragraph:
                    self._add(element.tail, element.getparent())
        self._builder.end(PARAGRAPH)

    def _is_skipped(self, element: Any, root: Any) -> bool:
        tag = element.tag
        if self._paragraph and str(tag).startswith(DRAW) and element is not root:
            return self._note_frame(element)
        if tag in _CHARACTERS:
            self._builder.add(_CHARACTERS[tag])
        return tag in _DROPPED or bool(tag in self._starters and self._starters[tag](element))

    def _add(self, text: str | None, element: Any) -> None:
        if text:
            is_raised = self._styles.is_raised(element.get(f"{TEXT}style-name", ""))
            self._builder.add(superscript(text) if is_raised else text)

    # A starter returns True to leave the element out, with all that it holds.

    def _start_paragraph(self, element: Any) -> bool:
        style = element.get(f"{TEXT}style-name", "")
        if self._styles.is_hidden(style):
            return True
        marker, self._marker = self._marker, ""
        if not self._lists:
            marker = self._styles.heading_marker(element) if element.tag == f"{TEXT}h" else ""
        self._paragraph = element.tag
        if self._in_cell:
            self._builder.add(f" {marker or ''}")
        else:
            if not self._lists:
                self._builder.end(PARAGRAPH)
            self._builder.start_item(marker or "")
        return False

    def _end_paragraph(self, element: Any) -> None:
        self._paragraph = ""
        if self._in_cell:
            self._builder.add(" ")
            return
        self._builder.end(
            LINE if self._lists and not self._level(element) else PARAGRAPH, level=self._level(element)
        )
        self._write_waiting()

    def _level(self, element: Any) -> int:
        """Return the level of a heading, 0 for another paragraph."""
        if self._styles.is_title(element.get(f"{TEXT}style-name", "")):
            self.title = self.title or one_line("".join(map(str, element.itertext())))
            return 1
        level = element.get(f"{TEXT}outline-level", "1")
        return min(int(level) if level.isdecimal() else 1, 6) if element.tag == f"{TEXT}h" else 0

    def _break_line(self) -> None:
        if self._in_cell or self._paragraph == f"{TEXT}h":
            self._builder.add(" ")
        else:
            self._builder.end(LINE)

    def _is_hidden_span(self, element: Any) -> bool:
        return self._styles.is_hidden(element.get(f"{TEXT}style-name", ""))

    # Lists

    def _start_list(self, element: Any) -> None:
        style = element.get(f"{TEXT}style-name", "") or (self._lists[-1][0] if self._lists else "")
        counts = self._lists[-1][1] if self._lists else self._styles.counts(element, style)
        depth = len(self._lists)
        del counts[depth + (self._continues(element) if not self._lists else 0) :]
        self._lists.append((style, counts))

    @staticmethod
    def _continues(element: Any) -> int:
        return int(element.get(f"{TEXT}continue-numbering") == "true" or f"{TEXT}continue-list" in element.attrib)

    def _end_list(self, _element: Any) -> None:
        self._lists.pop()
        if not self._lists and not self._in_cell:
            self._builder.end(PARAGRAPH)

    def _start_item(self, element: Any) -> None:
        style, counts = self._lists[-1] if self._lists else ("", [])
        start = element.get(f"{TEXT}start-value", "")
        self._marker = self._styles.marker(style, len(self._lists) - 1, counts, start)

    # Tables

    def _start_table(self, element: Any) -> bool:
        if self._in_cell:
            return False
        self._builder.end(PARAGRAPH)
        self._tables.append(not _is_layout(element))
        if self._tables[-1]:
            self._builder.open_table()
        return False

    def _end_table(self, _element: Any) -> None:
        if self._in_cell or not self._tables:
            return
        if self._tables.pop():
            self._builder.close_table()
        self._builder.end(PARAGRAPH)
        self._write_waiting()

    def _start_row(self, element: Any) -> bool:
        if self._tables and self._tables[-1]:
            self._builder.next_row()
        return bool(element.get(f"{TABLE}visibility") == "collapse")

    def _start_cell(self, element: Any) -> bool:
        if not self._tables or not self._tables[-1]:
            self._builder.end(PARAGRAPH)
            return False
        columns, rows = (_count(element.get(f"{TABLE}number-{name}-spanned")) for name in ("columns", "rows"))
        parent = element.getparent().getparent()
        is_header = parent is not None and parent.tag == f"{TABLE}table-header-rows"
        for _ in range(_count(element.get(f"{TABLE}number-columns-repeated")) - 1):
            self._builder.next_cell(is_header=is_header)
        self._builder.next_cell(is_header=is_header, columns=columns, rows=rows)
        self._in_cell = True
        return False

    def _end_cell(self, _element: Any) -> None:
        if self._tables and self._tables[-1]:
            self._in_cell = False
            self._builder.close_cell()
        else:
            self._builder.end(PARAGRAPH)

    # Notes, frames and objects

    def _note(self, element: Any) -> bool:
        body = element.find(f"{TEXT}note-body")
        if body is not None:
            is_endnote = element.get(f"{TEXT}note-class") == "endnote"
            (self._endnotes if is_endnote else self._waiting).append(body)
        return True

    def _note_frame(self, element: Any) -> bool:
        """Keep a frame for the end of the paragraph; an equation stands in the line."""
        found = element.find(f"{DRAW}object")
        name = "" if found is None else found.get(f"{_XLINK}href", "")
        text = self._embed(name, self) if name else ""
        if text:
            self._builder.add(text)
        else:
            self._waiting.append(element)
        return True

    def _start_object(self, element: Any) -> bool:
        self._builder.add(self._embed(element.get(f"{_XLINK}href", ""), self))
        return True

    def _write_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for element in waiting:
            lists, self._lists = self._lists, []
            self._write(element)
            self._lists = lists


def _is_hidden(element: Any) -> bool:
    return bool(element.get(f"{TEXT}is-hidden") == "true" or element.get(f"{TEXT}display") == "none")


def _is_layout(table: Any) -> bool:
    """Return whether the cells are read as paragraphs: they hold tables or headings, or there is one column."""
    if any(next(table.iterdescendants(tag), None) is not None for tag in (f"{TABLE}table", f"{TEXT}h")):
        return True
    rows = table.iter(f"{TABLE}table-row")
    return not any(len(row.findall(f"{TABLE}table-cell")) > 1 for row in rows)


def _count(text: str | None) -> int:
    return min(max(int(text), 1), MAX_COLUMNS) if text and text.isdecimal() and len(text) < 9 else 1
