"""Articles of a table that is a file of its own: a line for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.dates import date_in_path
from qa.loaders.fields import fallback_title
from qa.loaders.rendering.tables import row_lines
from qa.loaders.structured.dialects import Row
from qa.loaders.structured.header_rows import find_head, is_remark, width_of
from qa.types import Article, Place

__all__ = ["MAX_CHARACTERS", "load_table"]

MAX_CHARACTERS = 1 << 20
"""A longer table becomes several articles, so that no question has to load all of it."""
SAMPLE_ROWS = 100

NumberedLine = tuple[int, str]


def load_table(file: File, rows: Iterable[Row]) -> Iterator[Article]:
    """Yield the article of a table; the parts of a large one are named by their first rows.

    :raises LoadError: if the table is blank.
    """
    part: list[NumberedLine] = []
    characters, is_first = 0, True
    for line in _lines(rows):
        if characters > MAX_CHARACTERS and line[0] != part[-1][0]:
            yield _article(file, part, is_whole=is_first)
            part, characters, is_first = [], 0, False
        part.append(line)
        characters += len(line[1]) + 1
    if not part:
        raise LoadError("the file contains no text")
    yield _article(file, part, is_whole=is_first)


def _lines(rows: Iterable[Row]) -> Iterator[NumberedLine]:
    """Yield the lines of the rows, each with the number of its row as a spreadsheet counts, blank ones included.

    Titles above the header, and remarks between the rows, are lines of their own.
    """
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row))
    sample = list(islice(numbered, SAMPLE_ROWS))
    width = width_of([row for _, row in sample])
    titles, headers, labels = find_head([row for _, row in sample])
    body = sample[:titles] + sample[titles + headers :]
    for place, (number, row) in enumerate(chain(body, numbered)):
        names = [] if place < titles or is_remark(row, width) else labels
        yield from ((number, line) for line in row_lines(row, names))


def _article(file: File, lines: list[NumberedLine], *, is_whole: bool) -> Article:
    text = "\n".join(line for _, line in lines)
    title, source = fallback_title(file.stem, text), file.source
    first, last = lines[0][0], lines[-1][0]
    if not is_whole:
        title, source = f"{title}, rows {first} to {last}", f"{source}#row{first}"
    return Article(text, title, source, date_in_path(file.source), places=tuple(_places(lines)))


def _places(lines: Iterable[NumberedLine]) -> Iterator[Place]:
    """Yield a place wherever the rows stop following each other line by line."""
    start, expected = 0, 0
    for number, line in lines:
        if number != expected:
            yield Place(start, "row", number)
        start, expected = start + len(line) + 1, number + 1
