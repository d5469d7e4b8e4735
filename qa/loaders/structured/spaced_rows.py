"""Split rows whose cells are kept apart by spaces: columns of a fixed width, or a space after each cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from qa.loaders.structured.dialects import Row
from qa.loaders.structured.header_rows import is_name

__all__ = ["spaced_rows"]

MAX_TITLES = 3
"""The most lines above a table that are none of its rows."""
MIN_ROWS = 3

_RULE = re.compile(r"[\s\-=_+|*:.~]+")
_WORD = re.compile(r"\S+")


def spaced_rows(text: str) -> list[Row] | None:
    """Return the rows of a table with a row on each line, a blank one for a blank line, or None if it is none."""
    lines = re.split(r"\r\n?|\n", text)
    numbers = [number for number, line in enumerate(lines) if line.strip() and not _RULE.fullmatch(line)]
    if len(numbers) < MIN_ROWS or "\t" in text:
        return None
    rows: list[Row] = [[] for _ in lines]
    for titles in (_titles(lines), 0):
        body = [lines[number] for number in numbers[titles:]]
        cells = (_fixed_width(body) or _space_separated(body)) if len(body) >= MIN_ROWS else None
        if cells:
            for number in numbers[:titles]:
                rows[number] = [lines[number].strip()]
            for number, row in zip(numbers[titles:], cells, strict=True):
                rows[number] = row
            return rows
    return None


def _titles(lines: Sequence[str]) -> int:
    """Return how many lines stand above the first blank one, if they may be titles."""
    above = next((number for number, line in enumerate(lines) if not line.strip()), 0)
    return above if above <= MAX_TITLES else 0


def _fixed_width(lines: Sequence[str]) -> list[Row] | None:
    """Return the cells of lines with columns of a fixed width: where all have a space, a column ends.

    The first line may hold names that are wider than the columns below.
    """
    body = lines[1:]
    filled: set[int] = set()
    for words in {tuple(match.span() for match in _WORD.finditer(line)) for line in body}:
        for start, end in words:
            filled.update(range(start, end))
    columns = _runs(filled)
    # Words of the same length have a gap between them, too; but a column is wider than most of its cells.
    wide = [sum(_is_wide(line, start) for line in body) for start, _ in columns[1:]]
    if 2 * max(wide, default=0) < len(body):
        return None
    has_values = [not any(is_name(line[start:end]) for line in body) for start, end in columns]
    starts = [0]
    for place, ((start, _), count) in enumerate(zip(columns[1:], wide, strict=True)):
        if count or any(has_values[place : place + 2]):
            starts.append(start)
    ends = [*starts[1:], max(map(len, lines))]
    rows = [[line[start:end].strip() for start, end in zip(starts, ends, strict=True)] for line in body]
    filled_to = [max(right for _, right in columns if right <= end) for end in ends]
    return [_names(lines[0], list(zip(starts, filled_to, strict=True))), *rows]


def _names(line: str, columns: Sequence[tuple[int, int]]) -> Row:
    """Return the words of a line as the names of columns, each above the one that is nearest."""
    words = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(line)]
    if len(words) == len(columns):
        return [word for _, _, word in words]
    names: list[list[str]] = [[] for _ in columns]
    for start, end, word in words:
        distances = [max(left - end, start - right) for left, right in columns]
        names[distances.index(min(distances))].append(word)
    return [" ".join(some) for some in names]


def _is_wide(line: str, end: int) -> bool:
    """Return whether the gap that ends there has more than one space in a line, and a cell behind it."""
    behind = line[end:].lstrip(" ")
    return bool(behind) and len(line) - len(behind) - len(line[:end].rstrip(" ")) > 1


def _runs(filled: set[int]) -> list[tuple[int, int]]:
    """Return the runs of numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for place in sorted(filled):
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _space_separated(lines: Sequence[str]) -> list[Row] | None:
    """Return the cells of lines with a space between cells, which are quoted where they hold one.

    There are as many in each line, and a column of numbers or quotation marks tell them from words. The header may
    lack the name of the first column, which is how R writes tables.
    """
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=" ", skipinitialspace=True, strict=True)
    try:
        rows = [[cell for place, cell in enumerate(row) if cell or place < len(row) - 1] for row in reader]
    except csv.Error:
        return None
    width = len(rows[-1])
    if len(rows) != len(lines) or width < 2 or any(len(row) != width for row in rows[1:]):
        return None
    if len(rows[0]) == width - 1:
        rows[0].insert(0, "")
    is_quoted = all('"' in line for line in lines[1:])
    has_values = any(not any(is_name(row[place]) for row in rows[1:]) for place in range(width))
    return rows if len(rows[0]) == width and (is_quoted or has_values) else None
