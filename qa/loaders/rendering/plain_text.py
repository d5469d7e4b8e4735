"""Build the plain text of a formatted document, and record the offsets of its headings."""

from __future__ import annotations

import re

from qa.types import Heading

__all__ = ["LINE", "PARAGRAPH", "TextBuilder"]

LINE = "\n"
PARAGRAPH = "\n\n"
_CELL = " | "

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
        self._cells: list[list[str]] = [[]]

    @property
    def text(self) -> str:
        """The text of all finished lines."""
        return "".join(self._parts)

    def add(self, text: str | None) -> None:
        """Add inline text to the current line."""
        if text:
            self._cells[-1].append(text)

    def next_cell(self) -> None:
        """Start the next cell of the current table row."""
        self._cells.append([])

    def end(self, gap: str, *, level: int = 0, verbatim: bool = False) -> None:
        """Finish the current line and separate it from the next by at least the gap.

        :param gap: ``LINE`` or ``PARAGRAPH``.
        :param level: the heading level, 1 to 6; 0 if the line is not a heading.
        :param verbatim: whether to keep the line's whitespace, as ``<pre>`` does.
        """
        line = self._take_line(verbatim)
        if line:
            if self._length:
                self._emit(self._gap)
            if level:
                self.headings.append(Heading(self._length, self._length + len(line), level))
            self._emit(line)
            self._gap = ""
        self._gap = max(self._gap, gap, key=len)

    def _take_line(self, verbatim: bool) -> str:
        cells = [_INVISIBLE.sub("", "".join(cell)) for cell in self._cells]
        self._cells = [[]]
        if not any(cell.strip() for cell in cells):
            return ""
        if verbatim:
            return "".join(cells).replace("\r\n", "\n").strip("\n").rstrip()
        return _CELL.join(_SPACES.sub(" ", cell).strip(" ") for cell in cells).strip(" ")

    def _emit(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
