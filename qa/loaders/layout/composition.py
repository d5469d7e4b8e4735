"""Compose the text of a document from the paragraphs of its pages.

What interrupts a sentence (a footnote, a table, a caption, a box) is put before the paragraph, or after it if it
stands on the page on which the sentence goes on. So each page's text stays together, in the order of the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.loaders.layout.geometry import Line
from qa.loaders.layout.hyphenation import Hyphenation
from qa.loaders.layout.paragraphs import Paragraph, continues
from qa.types import Heading

__all__ = ["Composition", "compose"]

_SENTENCE_END = re.compile(r"[.!?…]['\"”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Composition:
    """The text of a document, the offset at which each page starts, the headings and the lines."""

    text: str
    pages: tuple[int, ...]
    headings: tuple[Heading, ...]
    lines: tuple[tuple[int, int, Line], ...]
    """Each line with the offset at which it begins and the index of its page."""


def compose(pages: Iterable[Sequence[Paragraph]], count: int, hyphenation: Hyphenation) -> Composition:
    """Return the text of all pages.

    :param pages: the paragraphs of each page in reading order.
    :param count: the number of pages.
    """
    flow: list[Paragraph] = []
    for paragraphs in pages:
        notes = [paragraph for paragraph in paragraphs if paragraph.kind == "note"]
        for paragraph in paragraphs:
            if paragraph.kind != "note":
                _add(flow, paragraph, hyphenation)
        flow += notes
    return _written(flow, count)


def _add(flow: list[Paragraph], paragraph: Paragraph, hyphenation: Hyphenation) -> None:
    """Add a paragraph, or join it to the one whose sentence it goes on with."""
    number = _last_text(flow, paragraph)
    if number is None or paragraph.is_close:
        flow.append(paragraph)
        return
    before, between = flow[number], flow[number + 1 :]
    here = [other for other in between if other.page >= paragraph.page > before.fragments[-1].page]
    there = [other for other in between if other not in here]
    if not between and _is_below(before, paragraph):
        flow.append(paragraph)
        return
    is_near = paragraph.page - before.fragments[-1].page <= 1
    is_interrupted = any(other.kind != "note" for other in between)
    if not is_near or not continues(before, paragraph, is_interrupted=is_interrupted):
        flow.append(paragraph)
        return
    opening, rest = _split(before, there)
    _join(rest, paragraph, hyphenation)
    flow[number:] = [*opening, *there, rest, *here]


def _last_text(flow: Sequence[Paragraph], paragraph: Paragraph) -> int | None:
    """Return the number of the last paragraph of the same kind, if only what may interrupt it follows."""
    for number in range(len(flow) - 1, max(len(flow) - 40, -1), -1):
        other = flow[number]
        if other.kind == paragraph.kind and other.kind in ("text", "aside"):
            return number
        if other.kind in ("text", "heading"):
            return None
    return None


def _is_below(before: Paragraph, paragraph: Paragraph) -> bool:
    """Return whether a paragraph stands below the other in its column, so that the lines have decided already."""
    last, first = before.last, paragraph.first
    return before.fragments[-1].page == paragraph.page and last.column == first.column and last.top < first.top


def _split(before: Paragraph, there: Sequence[Paragraph]) -> tuple[list[Paragraph], Paragraph]:
    """Return the paragraph: in two if it began on a page before that of what must precede its last sentence."""
    if not there or before.page == before.fragments[-1].page:
        return [], before
    fragment = before.fragments[-1]
    ends = list(_SENTENCE_END.finditer(fragment.text))
    if not ends:
        return [], before
    cut = ends[-1].end()
    rest = Paragraph([fragment.part(cut)], before.kind, before.last, before.last)
    fragment.text = fragment.text[:cut].rstrip()
    fragment.lines = [(start, line) for start, line in fragment.lines if start < cut]
    return [before], rest


def _join(before: Paragraph, paragraph: Paragraph, hyphenation: Hyphenation) -> None:
    last, first = before.fragments[-1], paragraph.fragments[0]
    last.text = hyphenation.join(last.text, first.text)
    if last.page == first.page:
        last.lines += [(len(last.text) + start, line) for start, line in first.lines]
        last.text += first.text
        before.fragments += paragraph.fragments[1:]
    else:
        before.fragments += paragraph.fragments
    before.last, before.is_full = paragraph.last, paragraph.is_full


def _written(flow: Sequence[Paragraph], count: int) -> Composition:
    parts: list[str] = []
    starts: list[int] = []
    headings: list[Heading] = []
    lines: list[tuple[int, int, Line]] = []
    length = 0
    for paragraph in flow:
        gap = ("\n" if paragraph.is_close else "\n\n") if parts else ""
        parts.append(gap)
        length += len(gap)
        start = length
        for fragment in paragraph.fragments:
            # A page without text starts where the next one does.
            starts += [length] * (fragment.page + 1 - len(starts))
            lines += [(length + offset, fragment.page, line) for offset, line in fragment.lines]
            parts.append(fragment.text)
            length += len(fragment.text)
        if paragraph.level:
            headings.append(Heading(start, length, paragraph.level))
    starts += [length] * (count - len(starts))
    return Composition("".join(parts), tuple(starts), tuple(headings), tuple(lines))
