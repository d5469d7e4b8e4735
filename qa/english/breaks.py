"""Find where the lines and the cells of a text end what is said, and no sentence or answer may run on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

__all__ = [
    "aligned_tables",
    "answer_breaks",
    "dateline_end",
    "is_row",
    "label_spans",
    "line_breaks",
    "marker_spans",
    "row_spans",
]

Offsets = tuple[int, int]

MIN_WIDTH = 40
"""Text is not wrapped to fewer characters: shorter lines are a list."""
WRAPPED_SHARE = 0.6
"""In wrapped text, a line ends a sentence if even the next word would have filled less than this share of it."""

_LABEL = re.compile(r"(?:^|(?<=\t))[^\t]*?:[ \t]")
_ALIGNED = re.compile(r"(?<=\S)(?:   +|[ ](?:\.[ ]?){4,})(?=\S)")
_GAP = re.compile(r"(?<=\S)(?:[ ]*[|│┃][ |│┃]*|[ ]{2,})(?=\S)")
_TYPED = re.compile(r"[.!?:…][\"'”’)]*\Z")
_RULE = re.compile(r"[\s\-=_+|*:.~─━═┄┈┼╪╬├┤┬┴┌┐└┘╞╡╤╧╔╗╚╝║│┃]+")
_BARS = "|│┃"
_EDGES = f" {_BARS}"
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_MARKER = re.compile(r"(?:([•‣◦▪●○■□·*–—+-])|\(?(?:\d{1,4}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)]|\[\d{1,4}\])\s+(?=\S)")
_ITEM = re.compile(
    r"^[^\S\n]*((?:\(?(?:\d{1,4}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)]|\[\d{1,4}\])[^\S\n]+)(?=\S)", re.MULTILINE
)
_BULLETS = frozenset("•‣◦▪●○■□")
_WORD = re.compile(r"\S+")
_SMALL_WORD = re.compile(r"[\"'“‘(]?[a-z\u00df-\u00ff][\w'’-]*[^\w\s]*(?:\s|\Z)")
_RUNS_ON = re.compile(
    r"(?:[,(\[{/&—-]|\b(?:a|an|and|as|at|by|for|from|in|into|is|nor|of|on|or|than|that|the|to|was|were|with|Dr|Mr|Mrs"
    r"|Ms|Prof|St)\.?)\s*\Z"
)
_DATELINE = re.compile(
    r"""\A\s*
    [A-Z][A-Z'’.-]+(?:\s+[A-Z][A-Z'’.-]+){0,3}
    (?:,\s*[^\n:()—–]{1,30}?)?            # the country or the day
    (?:\s*\([^\n()]{1,30}\))?             # the agency
    \s*(?:--|[-—–]|:)\s
    """,
    re.VERBOSE,
)
"""In front of a report, the place that it comes from: "PORT SKERROW, Wednesday (NIP) --"."""


def is_row(text: str) -> bool:
    """Return whether a text is a row of a table: a single line whose cells are separated by tabs."""
    return "\t" in text.strip() and "\n" not in text


def row_spans(text: str) -> Iterator[Offsets]:
    """Yield the lines that are rows of a table."""
    end = -1
    while (tab := text.find("\t", end + 1)) >= 0:
        start = text.rfind("\n", end + 1, tab) + 1 or end + 1
        end = text.find("\n", tab)
        end = len(text) if end < 0 else end
        if is_row(text[start:end]):
            yield start, end


def label_spans(row: str) -> Iterator[Offsets]:
    """Yield the names in front of the cells of a row, each up to the first character of its cell."""
    yield from (match.span() for match in _LABEL.finditer(row))


def marker_spans(text: str) -> Iterator[Offsets]:
    """Yield the markers of list items at the beginning of lines, each up to the first character of its item."""
    yield from ((match.start(1), match.end(1) + 1) for match in _ITEM.finditer(text))


def dateline_end(text: str) -> int:
    """Return where the dateline in front of an article ends; 0 if there is none."""
    match = _DATELINE.match(text)
    return match.end() if match else 0


def answer_breaks(text: str) -> list[int]:
    """Return the offsets, in order, that no answer crosses: the ends of cells, of their labels, and of lines.

    A line that is wrapped does not end an answer; a blank line does, and so do the spaces between aligned columns.
    """
    breaks = set(line_breaks(text))
    breaks.update(match.start() for pattern in (_BLANK_LINE, _ALIGNED) for match in pattern.finditer(text))
    breaks.update(end for table in aligned_tables(text) for row in table for _, end in row[:-1])
    for start, end in row_spans(text):
        line = text[start:end]
        breaks.update((start - 1, end))
        breaks.update(start + offset for offset, character in enumerate(line) if character == "\t")
        breaks.update(start + label_end - 1 for _, label_end in label_spans(line))
    return sorted(offset for offset in breaks if 0 <= offset < len(text))


def line_breaks(text: str) -> list[int]:
    """Return the offsets of the line feeds that end a sentence, though no full stop does.

    A line ends there if a list item or a table row begins or ends, or if it could have held the first word of the
    next line: then it was not wrapped. The width is that of the longest line between two blank lines.
    """
    if "\n" not in text:
        return []
    has_gaps = _GAP.search(text) is not None
    return [offset for block in _blocks(text) for offset in _block_breaks(block, has_gaps=has_gaps)]


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the runs of lines between blank ones, each line with the offset of its end."""
    block: list[tuple[int, str]] = []
    position = 0
    for line in text.split("\n"):
        position += len(line) + 1
        if line.strip():
            block.append((position - 1, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _block_breaks(block: list[tuple[int, str]], *, has_gaps: bool) -> Iterator[int]:
    """Yield the breaks in a run of lines, each given with the offset of its line feed.

    :param has_gaps: whether some lines may have columns.
    """
    tables = _aligned_rows([line for _, line in block]) if has_gaps else []
    rows = {number for table in tables for number in table}
    lines = [line.strip() for _, line in block]
    width = max(map(len, lines), default=0)
    markers = _markers(lines)
    filled = [len(line) + 1 + len(_first_word(other)) for line, other in pairwise(lines)]
    is_list = width < MIN_WIDTH or sum(length <= width for length in filled) * 2 >= len(filled)
    for number, length in enumerate(filled):
        line, following = lines[number], lines[number + 1]
        is_marked = markers[number + 1] or "\t" in line or "\t" in following
        is_marked |= number in rows or number + 1 in rows
        may_end = is_list or length < WRAPPED_SHARE * width
        if is_marked or (may_end and not _runs_on(line[-20:], following[:40])):
            yield block[number][0]


def aligned_tables(text: str) -> Iterator[list[list[Offsets]]]:
    """Yield the tables whose columns are kept apart by spaces or bars: the offsets of each cell of each row."""
    if not _GAP.search(text):
        return
    for block in _blocks(text):
        lines = [line for _, line in block]
        for stretch in _aligned_rows(lines):
            starts = [block[number][0] - len(lines[number]) for number in stretch]
            rows = [_cells(lines[number]) for number in stretch]
            yield [
                [(start + left, start + right) for left, right in row]
                for start, row in zip(starts, rows, strict=True)
            ]


def _aligned_rows(lines: list[str]) -> list[list[int]]:
    """Return the numbers of the rows of each table whose columns are kept apart by spaces or bars.

    In two rows below each other, each cell of the one with fewer cells begins or ends where one of the other does.
    Of rows that two spaces keep apart, there must be three: justified text has such spaces, too.
    """
    numbered = [(number, _cells(line)) for number, line in enumerate(lines) if not _RULE.fullmatch(line)]
    tables: list[list[int]] = []
    stretch: list[int] = []
    for (number, cells), (_, others) in pairwise([*numbered, (len(lines), [])]):
        stretch.append(number)
        if not _are_aligned(cells, others):
            some = [lines[row] for row in stretch]
            is_ruled = stretch[-1] - stretch[0] >= len(stretch)
            has_bars = any(bar in line for line in some for bar in _BARS)
            if len(some) > 2 or (len(some) == 2 and (is_ruled or has_bars or all(map(_ALIGNED.search, some)))):
                tables.append(stretch)
            stretch = []
    return tables


def _cells(line: str) -> list[Offsets]:
    """Return where the parts of a line are that are kept apart by bars or by more than one space.

    Two spaces behind a full stop are but typed so.
    """
    content = line.rstrip(_EDGES)
    cells: list[Offsets] = []
    start = len(content) - len(content.lstrip(_EDGES))
    for gap in _GAP.finditer(content):
        before = content[max(gap.start() - 3, 0) : gap.start()]
        if gap.start() > start and not (gap[0] == "  " and _TYPED.search(before)):
            cells.append((start, gap.start()))
            start = gap.end()
    return [*cells, (start, len(content))]


def _are_aligned(cells: list[Offsets], others: list[Offsets]) -> bool:
    few, many = sorted((cells, others), key=len)
    starts, ends = {start for start, _ in many}, {end for _, end in many}
    return len(few) > 1 and all(start in starts or end in ends for start, end in few)


def _markers(lines: list[str]) -> list[bool]:
    """Return whether each line begins with the marker of an item. One dash or number may be a sentence's."""
    matches = [_MARKER.match(line) for line in lines]
    kinds = [match and (match[1] or "1") for match in matches]
    counts = Counter(kinds)
    return [bool(kind) and (kind in _BULLETS or counts[kind] > 1) for kind in kinds]


def _first_word(line: str) -> str:
    match = _WORD.match(line)
    return match[0] if match else ""


def _runs_on(line: str, following: str) -> bool:
    """Return whether the sentence goes on in the next line, by the words where they meet."""
    return bool(_SMALL_WORD.match(following) or _RUNS_ON.search(line))
