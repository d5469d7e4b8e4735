"""Join lines to paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from qa.english.lexicon import BE, DETERMINERS, POSSESSIVES, PREPOSITIONS
from qa.loaders.layout.geometry import MARKER, Kind, Line
from qa.loaders.layout.hyphenation import Hyphenation

__all__ = ["Fragment", "Paragraph", "continues", "join_lines"]

_CONJUNCTIONS = frozenset("and but or nor as than who whom which whose".split())
_RUNS_ON = PREPOSITIONS | DETERMINERS | POSSESSIVES | BE | _CONJUNCTIONS
_ABBREVIATION = re.compile(r"(?:\A|\s)(?:Mr|Mrs|Ms|Dr|St|Prof|Capt|No|e\.g|i\.e|cf|vol|pp?)\.\Z")
_ENDS = frozenset(".!?…:。！？")
_CLOSING = "'\"”’)]"
_WIDE_GAP = 0.35
"""How much more space than usual parts paragraphs, of the height of a line."""
_MAX_USUAL = 1.2
_INDENT = 0.8
_MIN_LINE = 20
"""The length of a line, in characters, from which it may be that of a sentence that goes on elsewhere."""
_WRAPPED_SHARE = 0.6
"""The share of lines that must be full for a run of lines to have an edge of its own."""


@dataclass(slots=True)
class Fragment:
    """The part of a paragraph that is on one page."""

    page: int
    text: str
    lines: list[tuple[int, Line]]
    """The lines on the page, each with the offset into the text at which it begins."""

    def add(self, line: Line, hyphenation: Hyphenation) -> None:
        """Add the next line."""
        self.text = hyphenation.join(self.text, line.text)
        self.lines.append((len(self.text), line))
        self.text += line.text

    def part(self, cut: int) -> Fragment:
        """Return what follows an offset. It begins with a part of the line in which the offset lies."""
        lines = self.lines
        first = max((number for number, (start, _) in enumerate(lines) if start <= cut), default=0)
        return Fragment(self.page, self.text[cut:], [(max(start - cut, 0), line) for start, line in lines[first:]])


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together."""

    fragments: list[Fragment]
    kind: Kind
    first: Line
    last: Line
    level: int = 0
    is_full: bool = False
    """Whether the last line reaches the edge of its column, so that the paragraph may go on elsewhere."""
    is_close: bool = False
    """Whether the paragraph is the next line of the one before, rather than apart from it."""

    @classmethod
    def of(cls, line: Line, page: int, *, is_close: bool) -> Self:
        """Return a paragraph that holds one line."""
        fragment = Fragment(page, line.text, [(0, line)])
        return cls([fragment], line.kind, line, line, line.level, is_close=is_close)

    @property
    def page(self) -> int:
        """The page on which the paragraph begins."""
        return self.fragments[0].page


def join_lines(lines: Sequence[Line], page: int, hyphenation: Hyphenation) -> list[Paragraph]:
    """Return the paragraphs that the lines of a page form, in the same order."""
    paragraphs: list[Paragraph] = []
    usual = _usual_gap(lines)
    for run in _runs(lines, usual):
        edge = _edge(run)
        before: Line | None = None
        for line in run:
            if before is not None and _joins(before, line, paragraphs[-1], edge):
                _append(paragraphs[-1], line, hyphenation)
            else:
                if before is not None:
                    paragraphs[-1].is_full = _is_full(before, "mmmm", edge)
                is_close = line.kind == "row" and bool(paragraphs) and paragraphs[-1].kind == "row"
                is_close |= before is not None and (not _is_end(before.text) or bool(MARKER.match(line.text)))
                paragraphs.append(Paragraph.of(line, page, is_close=is_close))
            before = line
        paragraphs[-1].is_full = _is_full(run[-1], "mmmm", edge)
    return paragraphs


def _append(paragraph: Paragraph, line: Line, hyphenation: Hyphenation) -> None:
    paragraph.fragments[-1].add(line, hyphenation)
    paragraph.last = line


def continues(before: Paragraph, after: Paragraph, *, is_interrupted: bool = False) -> bool:
    """Return whether the text of a paragraph goes on in one that stands in another column or on another page.

    :param is_interrupted: whether something else stands between them, so that more must speak for it.
    """
    last, first = before.last, after.first
    if before.kind != after.kind or before.kind not in ("text", "aside") or not _alike(last, first):
        return False
    if last.is_bold != first.is_bold or MARKER.match(first.text):
        return False
    if _is_open(last.text):
        return True
    if not _is_end(last.text) and _starts_low(first.text) and len(last.text) >= _MIN_LINE:
        return True
    if is_interrupted or _is_end(last.text):
        return False
    is_indented = first.left - first.column[0] > _INDENT * first.size
    return before.is_full and before.first is not last and not is_indented


def _usual_gap(lines: Sequence[Line]) -> float:
    gaps = sorted(
        after.top - before.bottom
        for before, after in pairwise(lines)
        if before.column == after.column and _alike(before, after) and after.top > before.top
    )
    return min(gaps[len(gaps) // 4], _MAX_USUAL * lines[0].size) if gaps else 0.0


def _runs(lines: Sequence[Line], usual: float) -> Iterator[list[Line]]:
    """Yield the lines that follow each other in a column without a gap."""
    run: list[Line] = []
    for line in lines:
        if run and not _follows(run[-1], line, usual):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _follows(before: Line, line: Line, usual: float) -> bool:
    if before.kind != line.kind or line.kind == "row" or before.level != line.level:
        return False
    gap = line.top - before.bottom
    is_below = before.column == line.column and -0.6 * line.size < gap <= usual + _WIDE_GAP * line.size
    return is_below and _alike(before, line)


def _edge(run: Sequence[Line]) -> float:
    """Return the right edge to which lines are filled: that of the run if most of its lines reach it."""
    edge = max(line.right for line in run)
    full = [_is_full(line, after.text, edge) for line, after in pairwise(run)]
    is_wrapped = len(full) > 1 and sum(full) >= _WRAPPED_SHARE * len(full)
    return edge if is_wrapped else max(edge, run[0].column[1])


def _is_full(line: Line, following: str, edge: float) -> bool:
    """Return whether the next word would not have fitted into the line."""
    letter = line.width / max(len(line.text), 1)
    return line.right + letter * (len(following.partition(" ")[0]) + 2) >= edge


def _joins(before: Line, line: Line, paragraph: Paragraph, edge: float) -> bool:
    """Return whether the line goes on with the paragraph whose last line is right above."""
    if MARKER.match(line.text):
        return False
    if line.kind == "heading":
        return True
    if not _is_end(before.text) and (_is_open(before.text) or _starts_low(line.text)):
        return True
    return _is_full(before, line.text, edge) and not _is_shifted(before, line, paragraph)


def _is_shifted(before: Line, line: Line, paragraph: Paragraph) -> bool:
    """Return whether a line begins a paragraph by where it begins itself: further in or out than the one above."""
    if abs(line.middle[0] - before.middle[0]) < 0.5 * line.size:
        return False  # centred
    shift = line.left - before.left
    is_item = bool(MARKER.match(paragraph.first.text))
    if shift > _INDENT * line.size:
        return not is_item and not _starts_low(line.text)
    return shift < -_INDENT * line.size and (before is not paragraph.first or is_item)


def _alike(line: Line, other: Line) -> bool:
    return abs(line.size - other.size) <= 0.12 * max(line.size, other.size)


def _is_end(text: str) -> bool:
    return text.rstrip(_CLOSING)[-1:] in _ENDS and not _ABBREVIATION.search(text[-8:])


def _is_open(text: str) -> bool:
    """Return whether a sentence cannot end with the text: after a comma, a hyphen or a word like "the"."""
    if text.endswith((",", "-", "\xad", "(", "/", "&", "–", "—")) or _ABBREVIATION.search(text[-8:]):
        return True
    return text.rpartition(" ")[2] in _RUNS_ON


def _starts_low(text: str) -> bool:
    return text.lstrip("\"'“‘([")[:1].islower()
