"""Find out how a CSV file writes its rows: its delimiter, its quotation mark and its escape character."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

__all__ = ["Dialect", "find_dialect", "is_regular", "read_rows"]

SAMPLE_CHARACTERS = 1 << 16
SAMPLE_ROWS = 300

_SEPARATOR_LINE = re.compile(r"\ufeff?[\"']?sep=(.)[\"']?[ \t]*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_NONE = "\x1f"
"""The separator of ASCII: stands for no delimiter in a file with one column."""
_DELIMITED = re.compile(r"[;|\t](?!\s)")
_QUOTED = re.compile(r"""(["']).*\1|"|.*\\["']|.*[^\\]"$""", re.DOTALL)

Row = list[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How rows are written, and where in the text they begin: after a line such as ``sep=;``."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    start: int = 0


def find_dialect(text: str, delimiters: str, is_header: Callable[[Row], bool]) -> Dialect:
    """Return the dialect that splits the text into the most regular table.

    A dialect counts more the more rows have the same number of cells, the more cells these are, and the fewer of
    them keep a delimiter, or a quotation mark at an edge; see van den Burg et al. 2019, arXiv 1811.11242. Those
    with a header that the function accepts come first.

    :param delimiters: the candidates, the likeliest first.
    """
    line = _SEPARATOR_LINE.match(text)
    if line:
        delimiters = line[1]
    start = line.end() if line else 0
    sample = text[start : start + SAMPLE_CHARACTERS]
    if start + SAMPLE_CHARACTERS < len(text):
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, best_score = Dialect(delimiters[0], start=start), (False, False, 0.0)
    for delimiter, quote in product(f"{delimiters}{_NONE}", "\"'"):
        for escape in (None, "\\") if f"\\{quote}" in sample else (None,):
            dialect = Dialect(delimiter, quote, escape, start)
            rows = list(islice(_sample_rows(sample, dialect), SAMPLE_ROWS))
            has_header = bool(rows) and is_header(rows[0])
            has_names = has_header and max(map(len, rows)) <= len(rows[0])
            score = (has_names, has_header, _regularity(rows))
            if score > best_score:
                best, best_score = dialect, score
    return best


def is_regular(text: str, dialect: Dialect) -> bool:
    """Return whether the first rows have several cells each, and all as many."""
    sample = text[dialect.start : dialect.start + SAMPLE_CHARACTERS]
    widths = {len(row) for row in islice(_sample_rows(sample, replace(dialect, start=0)), SAMPLE_ROWS)}
    return len(widths) == 1 and widths != {1}


def read_rows(text: str, dialect: Dialect, *, strict: bool = False) -> Iterator[Row | csv.Error]:
    """Yield the rows of the text; a blank line is a row without cells.

    :param strict: whether a row with misplaced quotation marks is an error, which is yielded in its place.
    """
    reader = _reader(text[dialect.start :] if dialect.start else text, dialect, strict=strict)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield error


def _reader(text: str, dialect: Dialect, *, strict: bool) -> Iterator[Row]:
    # The limit is global and 128 KiB by default, too little for an article. It is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        skipinitialspace=True,  # or the quotation mark behind a space would be one of the text
        strict=strict,
    )


def _sample_rows(sample: str, dialect: Dialect) -> Iterator[Row]:
    for row in read_rows(sample, dialect):
        if not isinstance(row, csv.Error) and any(cell.strip() for cell in row):
            while not row[-1].strip():  # surplus empty cells
                row.pop()
            yield row


def _regularity(rows: Sequence[Row]) -> float:
    """Return the score of a table: higher for many cells in a row, and for few different numbers of cells."""
    widths = Counter(map(len, rows))
    if not widths:
        return 0.0
    filled = sum(count * max(width - 1, 1e-3) / width for width, count in widths.items())
    cells = [cell.strip() for row in rows for cell in row]
    clean = sum(not (_QUOTED.match(cell[:1000]) or _DELIMITED.search(cell[:1000])) for cell in cells) / len(cells)
    return filled / len(widths) * clean**3  # a quotation mark that is left over says more than a row too long
