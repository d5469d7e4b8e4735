"""Build the plain text of a formatted document, and record the offsets of its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.loaders.rendering.lists import BULLET
from qa.loaders.rendering.tables import Line, Row, TableRows, write_table
from qa.types import Heading

__all__ = ["LINE", "PARAGRAPH", "TextBuilder"]

LINE = "\n"
PARAGRAPH = "\n\n"
MAX_TERM = 200
"""A longer term of a definition list is a line of its own."""

_SPACES = re.compile(r"[ \t\n\r\f]+")
# Soft hyphens, control characters and lone surrogates: invisible on the page.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\ud800-\udfff]")


class TextBuilder:
    """Collects inline text into lines and paragraphs, and drops blank lines."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""
        self._inline: list[str] = []
        self._marker = ""
        self._terms: list[str] = []
        self._is_defined = False
        self._table: TableRows | None = None

    @property
    def text(self) -> str:
        """The text of all finished lines."""
        return "".join(self._parts)

    @property
    def next_start(self) -> int:
        """The offset at which the next line will start."""
        return self._length + len(self._gap) if self._length else 0

    def add(self, text: str | None) -> None:
        """Add inline text to the open cell or, if there is none, to the current line."""
        if text and not (self._table and self._table.add(text)):
            self._inline.append(text)

    def end(self, gap: str, *, level: int = 0, verbatim: bool = False) -> int | None:
        """Finish the current line and separate it from the next by at least the gap.

        :param gap: ``LINE`` or ``PARAGRAPH``.
        :param level: the heading level, 1 to 6; 0 if the line is not a heading.
        :param verbatim: whether to keep the line's whitespace, as ``<pre>`` does.
        :returns: the offset of the line; None if it is blank and left out.
        """
        line, start = self._take_line(verbatim), None
        if line:
            marker, self._marker = self._marker, ""
            if line.startswith(marker):  # the number of an item may be written out
                marker = ""
            start = self._emit(line if level and marker == BULLET else marker + line, level)
        self._gap = max(self._gap, gap, key=len)
        return start

    def start_item(self, marker: str = BULLET) -> None:
        """Put the marker of a list item in front of the next line."""
        self._marker = marker

    def end_item(self) -> None:
        """Finish a list item. The marker of an empty one is left out."""
        self.end(LINE)
        self._marker = ""

    def end_term(self) -> None:
        """Make the current line a term of a definition list, which stands in front of each of its definitions."""
        term = self._take_line(False)
        if self._is_defined:
            self._terms, self._is_defined = [], False
        if len(term) > MAX_TERM:
            self._emit(term)
            self._gap = LINE
        elif term:
            self._terms.append(term)

    def start_definition(self) -> None:
        """Put the terms, if there are any, in front of the next line."""
        self.end(LINE)
        self._is_defined = True
        terms = ", ".join(self._terms)
        self._marker = terms and (f"{terms} " if terms.endswith((":", "?", "!", ".")) else f"{terms}: ")

    def end_definition(self) -> None:
        """Finish a definition; an empty one leaves its terms without."""
        self.end(LINE)
        self._is_defined = not self._marker
        self._marker = ""

    def end_definitions(self) -> None:
        """Finish a definition list. Terms without a definition are a line."""
        self.end(LINE)
        if self._terms and not self._is_defined:
            self._emit(", ".join(self._terms))
        self._terms, self._is_defined = [], False
        self._gap = PARAGRAPH

    def open_table(self) -> None:
        """Start a table. Text outside of its cells, such as a caption, comes first."""
        self.end(PARAGRAPH)
        self._table = TableRows()

    def next_row(self) -> None:
        """Start the next row of the table."""
        if self._table:
            self._table.next_row()

    def next_cell(self, *, is_header: bool = False, columns: int = 1, rows: int = 1) -> None:
        """Start the next cell of the table's row; the last two say how many it spans."""
        if self._table:
            self._table.next_cell(is_header=is_header, columns=columns, rows=rows)

    def close_cell(self) -> None:
        """Finish the table's cell: what follows is outside of it."""
        if self._table:
            self._table.close_cell()

    def close_table(self, header_rows: int | None = None) -> list[tuple[int, int]]:
        """Write the table; return what :meth:`table` returns."""
        if not self._table:
            return []
        self._table.close_cell()
        table, self._table = self._table, None
        return self.table(table.rows, header_rows)

    def table(self, rows: Iterable[Row], header_rows: int | None = None) -> list[tuple[int, int]]:
        """Write a table as a paragraph, a line for each row; see :func:`write_table`.

        :returns: the number of the row, from 0, and the offset of each line.
        """
        self.end(PARAGRAPH)
        places = [self._emit_row(line) for line in write_table(rows, header_rows)]
        self._gap = PARAGRAPH
        return places

    def _emit_row(self, line: Line) -> tuple[int, int]:
        start = self._emit(_INVISIBLE.sub("", line.text))
        self._gap = LINE
        return line.row, start

    def _take_line(self, verbatim: bool) -> str:
        line = _INVISIBLE.sub("", "".join(self._inline))
        self._inline = []
        if not line.strip():
            return ""
        if verbatim:
            return line.replace("\r\n", "\n").strip("\n").rstrip()
        return _SPACES.sub(" ", line).strip(" ")

    def _emit(self, line: str, level: int = 0) -> int:
        """Add a line after the gap, and return its offset."""
        if self._length:
            self._parts.append(self._gap)
            self._length += len(self._gap)
        start = self._length
        if level:
            self.headings.append(Heading(start, start + len(line), level))
        self._parts.append(line)
        self._length += len(line)
        self._gap = ""
        return start
