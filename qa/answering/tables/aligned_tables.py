"""Read the tables of plain text row by row, each cell with the name of its column, as other formats write them.

Plain text is kept as it is in the file. So a row is written for the reader only, and what it finds in a cell is
mapped back to the passage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from qa.answering.tables.table_rows import TableRow, only_repeats
from qa.english.breaks import aligned_tables
from qa.english.content_words import content_words
from qa.loaders.rendering.tables import looks_like_header
from qa.types import Reading, Span

__all__ = ["WrittenRow", "read_with_tables", "write_rows"]

MAX_SPANS = 5
"""The most spans of a passage, as of a reading."""

Offsets = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A row as the reader sees it, with the places of its cells here and in the passage."""

    text: str
    cells: tuple[tuple[Offsets, int], ...]
    """Where each cell stands in ``text``, and where it begins in the passage."""

    @classmethod
    def of(cls, passage: str, cells: Sequence[Offsets], labels: Sequence[str]) -> Self:
        """Write a row.

        :param labels: the names of the columns of the cells, empty where there is none.
        """
        text, places = "", []
        for (start, end), label in zip(cells, labels, strict=True):
            text += ("\t" if text.endswith(":") else ";\t") if text else ""  # the first cell may name the second
            text += f"{label.rstrip(':')}: " if label else ""
            places.append(((len(text), len(text) + end - start), start))
            text += passage[start:end]
        return cls(f"{text}.", tuple(places))

    def in_passage(self, span: Span) -> Span | None:
        """Return a span of the row as one of the passage; None if it is not inside a cell."""
        for (start, end), source in self.cells:
            if start <= span.start and span.end <= end:
                return Span(source + span.start - start, source + span.end - start, span.score)
        return None


def read_with_tables(
    question: str, passages: Sequence[str], read: Callable[[Sequence[str]], list[Reading]]
) -> list[Reading]:
    """Return a reading of each passage; the rows of tables in plain text are read one by one.

    :param read: returns a reading of each text that it is called with.
    """
    words = content_words(question)
    rows = [_rows_asked_about(write_rows(passage), words) for passage in passages]
    readings = iter(read([*passages, *(row.text for some in rows for row in some)]))
    whole = [next(readings) for _ in passages]
    return [
        _merged(reading, passage, [(row, next(readings)) for row in some], words) if some else reading
        for reading, passage, some in zip(whole, passages, rows, strict=True)
    ]


def write_rows(passage: str) -> list[WrittenRow]:
    """Return the rows of the tables in a passage, without those that name the columns."""
    written: list[WrittenRow] = []
    for table in aligned_tables(passage):
        texts = [[passage[start:end] for start, end in row] for row in table]
        has_header = looks_like_header(texts[0], texts[1:])
        header = _columns(passage, table[0]) if has_header else []
        for row in table[has_header:]:
            labels = [_label(_columns(passage, [cell])[0], header) for cell in row]
            if len(row) == len(header):
                labels = texts[0]
            written.append(WrittenRow.of(passage, row, labels))
    return written


def _columns(passage: str, cells: Sequence[Offsets]) -> list[tuple[int, int, str]]:
    """Return where cells begin and end in their line, and their texts."""
    columns = []
    for start, end in cells:
        line = passage.rfind("\n", 0, start) + 1
        columns.append((start - line, end - line, passage[start:end]))
    return columns


def _label(column: tuple[int, int, str], header: Sequence[tuple[int, int, str]]) -> str:
    """Return the name that stands above a cell."""
    left, right, _ = column
    shared = [(min(right, end) - max(left, start), name) for start, end, name in header]
    most, name = max(shared, default=(0, ""))
    return name if most > 0 else ""


def _rows_asked_about(rows: Sequence[WrittenRow], words: set[str]) -> list[WrittenRow]:
    """Return the rows that have as much of the question as any other."""
    read = [TableRow.read(row.text, words) for row in rows]
    known = {row for row in read if row}
    return [
        row
        for row, place in zip(rows, read, strict=True)
        if place is None or not any(map(place.gives_way_to, known))
    ]


def _merged(whole: Reading, passage: str, rows: Sequence[tuple[WrittenRow, Reading]], words: set[str]) -> Reading:
    """Return one reading: that of the passage outside of its tables, and those of rows.

    A span keeps its margin over the null score of the text that it was read in.
    """
    parts = [(list(_outside_of_tables(whole, passage)), whole.null_score)]
    for row, reading in rows:
        spans = [span for found in reading.spans if (span := row.in_passage(found))]
        told = [span for span in spans if not only_repeats(passage[span.start : span.end], words)]
        parts.append((told or spans, reading.null_score))
    margins = [(span.score - null, null, span) for spans, null in parts for span in spans]
    if not margins:
        return Reading((), min(null for _, null in parts), whole.was_read)
    margins.sort(key=lambda item: -item[0])
    null = margins[0][1]
    spans = [Span(span.start, span.end, margin + null) for margin, _, span in margins[:MAX_SPANS]]
    return Reading(tuple(spans), null, whole.was_read)


def _outside_of_tables(reading: Reading, passage: str) -> Iterator[Span]:
    tables = [(table[0][0][0], table[-1][-1][1]) for table in aligned_tables(passage)]
    for span in reading.spans:
        if all(span.end <= start or end <= span.start for start, end in tables):
            yield span
