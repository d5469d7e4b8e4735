"""Write the body of a Word document as text: what a reader sees when all tracked changes are accepted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qa.loaders.fields import one_line
from qa.loaders.formats.documents.word_styles import WORD, Numbers, Styles, is_on, value
from qa.loaders.formats.documents.word_tables import Layout, cell_columns, header_cells, is_layout, merged_rows
from qa.loaders.formats.office.equations import MATH, equation_text
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder
from qa.loaders.rendering.scripts import superscript

__all__ = ["Body", "WordParts"]

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_DROPPED = frozenset(
    WORD + name
    for name in (
        "del moveFrom instrText delText delInstrText pPr rPr tblPr trPr tcPr sdtPr sectPr tblGrid rt".split()
    )
)
_CHARACTERS = {"tab": " ", "ptab": " ", "noBreakHyphen": "-"}
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"toc \d|table of figures|toc heading")
_SYMBOLS = {
    "wingdings": {0x52: "☑", 0x6F: "☐", 0xA8: "☐", 0xE0: "→", 0xFB: "☒", 0xFC: "✓", 0xFE: "☑"},
    "symbol": {0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0x6D: "µ", 0x57: "Ω", 0xAE: "→", 0xB7: "·"},
}


@dataclass(frozen=True, slots=True)
class WordParts:
    """The parts that the body of a document refers to."""

    styles: Styles
    numbers: Numbers
    notes: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    """The notes by their kind, ``footnote`` or ``endnote``, and id."""
    embed: Callable[[str, TextBuilder], None] = lambda _id, _builder: None
    """Write the part of a relationship's id: a chart, a diagram or an imported file."""


class Body:
    """Writes elements of WordprocessingML to a builder, in the order in which they are read.

    Footnotes, text boxes and charts follow the paragraph or the table that they belong to; endnotes come last.
    """

    def __init__(self, builder: TextBuilder, parts: WordParts) -> None:
        self.title = ""
        self._builder = builder
        self._parts = parts
        self._waiting: list[Callable[[], None]] = []
        self._endnotes: dict[str, Any] = {}
        self._paragraph: tuple[str, int] | None = None  # the gap after the open paragraph, and its heading level
        self._style = ""
        self._is_raised = False
        self._is_joined = False
        self._tables: list[Layout] = []
        self._starters: Mapping[str, Callable[[Any], bool | None]] = {
            WORD + "p": self._start_paragraph,
            WORD + "r": self._start_run,
            WORD + "t": lambda element: self._add(element.text or ""),
            WORD + "br": lambda _: self._break_line(),
            WORD + "cr": lambda _: self._break_line(),
            WORD + "sym": lambda element: self._add(_symbol(element)),
            WORD + "tbl": self._start_table,
            WORD + "tr": self._start_row,
            WORD + "tc": self._start_cell,
            WORD + "sdt": _is_prompt,
            WORD + "ddList": self._add_choice,
            WORD + "checkBox": self._add_check_box,
            WORD + "footnoteReference": self._note_footnote,
            WORD + "endnoteReference": self._note_endnote,
            WORD + "txbxContent": self._note_box,
            WORD + "altChunk": self._note_part,
            _CHART: self._note_part,
            _DIAGRAM: self._note_part,
            MATH + "oMath": self._add_equation,
            _COMPATIBILITY + "Fallback": _has_choice,
            **{WORD + name: _adder(builder, text) for name, text in _CHARACTERS.items()},
        }
        self._enders: Mapping[str, Callable[[], None]] = {
            WORD + "p": self._end_paragraph,
            WORD + "tbl": self._end_table,
            WORD + "tr": self._end_row,
            WORD + "tc": self._end_cell,
        }

    def write(self, root: Any) -> None:
        """Write an element and what it refers to."""
        self._write(root)
        endnotes, self._endnotes = self._endnotes, {}
        for note in endnotes.values():
            self._write(note)

    def _write(self, root: Any) -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "end":
                if element is not skipped and element.tag in self._enders:
                    self._enders[element.tag]()
            elif element.tag in _DROPPED or (
                element.tag in self._starters and self._starters[element.tag](element)
            ):
                skipped = element
                walk.skip_subtree()
        self._builder.end(PARAGRAPH)

    # A starter returns True to leave the element out, with all that it holds.

    def _start_paragraph(self, element: Any) -> bool:
        self._style = value(element, "pPr/pStyle")
        names = self._parts.styles.names(self._style)
        if any(_CONTENTS.match(name) for name in names):
            return True
        marker, level = self._marker(element), self._heading_level(element)
        is_item = bool(marker) or any(name.startswith("list") for name in names)
        self._is_joined = bool(is_on(element, "pPr/rPr/del"))  # the end of the paragraph was deleted
        was_open, self._paragraph = (
            self._paragraph is not None,
            (LINE if is_item and not level else PARAGRAPH, level),
        )
        if self._in_cell:
            self._builder.add(f" {marker}")
        elif not was_open:
            if self._paragraph[0] == PARAGRAPH:  # the end of a list
                self._builder.end(PARAGRAPH)
            self._builder.start_item(marker)
        if "title" in names:
            self.title = self.title or one_line("".join(node.text or "" for node in element.iter(f"{WORD}t")))
        return False

    def _end_paragraph(self) -> None:
        if self._is_joined:
            return
        gap, level = self._paragraph or (PARAGRAPH, 0)
        self._paragraph = None
        if self._in_cell:
            self._builder.add(" ")
            return
        self._builder.end(gap, level=level)
        self._write_waiting()

    def _heading_level(self, paragraph: Any) -> int:
        """Return the level of a heading, 0 for another paragraph."""
        style = value(paragraph, "pPr/pStyle")
        names = self._parts.styles.names(style)
        if "title" in names:
            return 1
        outline = value(paragraph, "pPr/outlineLvl") or self._parts.styles.value(style, "pPr/outlineLvl")
        level = next((match[1] for name in names if (match := _HEADING.match(name))), "")
        if not level and outline.isdecimal() and int(outline) < 9:
            level = str(int(outline) + 1)
        return min(int(level or 0), 6)

    def _marker(self, paragraph: Any) -> str:
        """Return the number or the bullet in front of the paragraph."""
        styles = self._parts.styles
        number = value(paragraph, "pPr/numPr/numId") or styles.value(self._style, "pPr/numPr/numId")
        if not number or number == "0":
            return ""
        level = value(paragraph, "pPr/numPr/ilvl") or styles.value(self._style, "pPr/numPr/ilvl")
        return self._parts.numbers.marker(number, int(level) if level.isdecimal() else 0)

    def _start_run(self, element: Any) -> bool:
        self._is_raised = value(element, "rPr/vertAlign") == "superscript"
        is_hidden = is_on(element, "rPr/vanish")
        if is_hidden is None:
            styles, run_style = self._parts.styles, value(element, "rPr/rStyle")
            is_hidden = any(styles.is_on(style, "rPr/vanish") for style in (run_style, self._style) if style)
        return is_hidden

    def _add(self, text: str) -> None:
        self._builder.add(superscript(text) if self._is_raised else text)

    def _add_equation(self, element: Any) -> bool:
        self._builder.add(equation_text(element))
        if element.getnext() is not None and element.getnext().tag == element.tag:
            self._builder.add(" ")
        return True

    def _add_choice(self, element: Any) -> None:
        """Add the chosen entry of a drop-down field, which has no text of its own."""
        entries = [entry.get(f"{WORD}val", "") for entry in element.findall(f"{WORD}listEntry")]
        chosen = value(element, "result") or value(element, "default") or "0"
        if chosen.isdecimal() and int(chosen) < len(entries):
            self._builder.add(entries[int(chosen)])

    def _add_check_box(self, element: Any) -> None:
        """Add the box of an older form, which has no text of its own, as that of a newer one is written."""
        is_checked = is_on(element, "checked")
        self._builder.add("☒" if (is_on(element, "default") if is_checked is None else is_checked) else "☐")

    def _break_line(self) -> None:
        if self._in_cell or (self._paragraph and self._paragraph[1]):
            self._builder.add(" ")
        else:
            self._builder.end(LINE)

    # Tables

    @property
    def _in_cell(self) -> bool:
        return bool(self._tables) and self._tables[-1].is_in_cell

    def _start_table(self, element: Any) -> None:
        self._builder.end(PARAGRAPH)
        if is_layout(element, lambda paragraph: self._heading_level(paragraph) > 0):
            self._tables.append(Layout(is_plain=True))
            return
        merged, headers = merged_rows(element), header_cells(element, self._parts.styles)
        self._tables.append(Layout(merged=merged, headers=headers))
        self._builder.open_table()

    def _end_table(self) -> None:
        table = self._tables.pop()
        if table.is_plain:
            self._builder.end(PARAGRAPH)
        else:
            self._builder.close_table()
        if not self._in_cell:
            self._write_waiting()

    def _start_row(self, element: Any) -> bool:
        if is_on(element, "trPr/del") or is_on(element, "trPr/hidden"):
            return True
        if self._tables and not self._tables[-1].is_plain:
            self._builder.next_row()
            before = value(element, "trPr/gridBefore")
            if before.isdecimal() and 0 < int(before) < 64:
                self._builder.next_cell(columns=int(before))
                self._builder.close_cell()
        return False

    def _end_row(self) -> None:
        if self._tables and self._tables[-1].is_plain:
            self._builder.end(PARAGRAPH)

    def _start_cell(self, element: Any) -> bool:
        if not self._tables or self._tables[-1].is_plain:
            self._builder.end(PARAGRAPH)
            return False
        table = self._tables[-1]
        rows = table.merged.get(element, 1)
        if not rows or is_on(element, "tcPr/cellDel"):
            return True
        self._builder.next_cell(is_header=element in table.headers, columns=cell_columns(element), rows=rows)
        table.is_in_cell = True
        return False

    def _end_cell(self) -> None:
        if not self._tables or self._tables[-1].is_plain:
            self._builder.end(PARAGRAPH)
            return
        self._tables[-1].is_in_cell = False
        self._builder.close_cell()

    # What is written after the paragraph

    def _write_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        style, is_raised = self._style, self._is_raised
        for write in waiting:
            write()
        self._style, self._is_raised = style, is_raised

    def _note_footnote(self, element: Any) -> None:
        note = self._parts.notes.get(("footnote", element.get(f"{WORD}id", "")))
        if note is not None:
            self._waiting.append(lambda: self._write(note))

    def _note_endnote(self, element: Any) -> None:
        note_id = element.get(f"{WORD}id", "")
        if ("endnote", note_id) in self._parts.notes:
            self._endnotes[note_id] = self._parts.notes["endnote", note_id]

    def _note_box(self, element: Any) -> bool:
        children = list(element)
        self._waiting += [_writer(self._write, child) for child in children]
        return True

    def _note_part(self, element: Any) -> None:
        for name, relation in element.attrib.items():
            if name.endswith(("}id", "}dm")):
                self._waiting.append(_writer(lambda item: self._parts.embed(item, self._builder), relation))
        if self._paragraph is None:
            self._write_waiting()


def _writer(write: Callable[[Any], None], item: Any) -> Callable[[], None]:
    return lambda: write(item)


def _adder(builder: TextBuilder, text: str) -> Callable[[Any], None]:
    return lambda _element: builder.add(text)


def _is_prompt(control: Any) -> bool:
    """Return whether a content control shows a prompt to fill it in, or is a table of contents."""
    gallery = value(control, "sdtPr/docPartObj/docPartGallery")
    return bool(is_on(control, "sdtPr/showingPlcHdr")) or gallery == "Table of Contents"


def _has_choice(fallback: Any) -> bool:
    """Return whether what newer programs show instead is there, too."""
    return fallback.getparent().find(f"{_COMPATIBILITY}Choice") is not None


def _symbol(element: Any) -> str:
    """Return the character of a symbol font, or nothing if it is not known."""
    try:
        code = int(element.get(f"{WORD}char", ""), 16)
    except ValueError:
        return ""
    font = element.get(f"{WORD}font", "").lower()
    if 0xF000 <= code <= 0xF0FF:
        code -= 0xF000
    elif 0x100 <= code < 0xD800:
        return chr(code)
    known = next((symbols for name, symbols in _SYMBOLS.items() if font.startswith(name)), {})
    return known.get(code, "")
