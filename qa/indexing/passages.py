"""Article -> passages: windows of whole sentences, as offsets into the article's text.

A passage fits the encoder together with its context (the title and the headings above it), never crosses a
heading, and begins with the last sentence of the passage before it, so that no answer loses its sentence. A row of
a table is a passage of its own: the reader finds the right cell in 93% of rows that it reads alone, and in 73% of
those that it reads together.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from qa.english.breaks import is_row
from qa.english.sentences import Offsets, split_sentences
from qa.loaders.dates import date_field
from qa.types import Article, Passage

__all__ = ["Outline", "context_of", "split_passages"]

CountTokens = Callable[[Sequence[str]], list[int]]

MAX_CONTEXT_CHARACTERS = 200
MAX_HEADING_CHARACTERS = 1000  # read per heading, white space included, since headings may overlap
SPECIAL_TOKENS = 3  # [CLS], [SEP], and one spare where context and text meet
MIN_BUDGET = 16
WORD = re.compile(r"\S+\s*")
CELL = re.compile(r"[^\t]+\t?")

_Unit = tuple[int, int, int]
"""The start, the end and the tokens of a sentence, or of a piece of a long one."""


class Outline:
    """The headings of an article, each with its parent, so that a context needs no walk over all headings."""

    def __init__(self, article: Article) -> None:
        self._title = _one_line(article.title)
        self._starts = [heading.start for heading in article.headings]
        self._names = [
            _one_line(article.text[heading.start : min(heading.end, heading.start + MAX_HEADING_CHARACTERS)])
            for heading in article.headings
        ]
        self._parents: list[int | None] = []
        path: list[int] = []
        for number, heading in enumerate(article.headings):
            while path and article.headings[path[-1]].level >= heading.level:
                path.pop()
            self._parents.append(path[-1] if path else None)
            path.append(number)

    def context_at(self, offset: int) -> str:
        """Return the title and the headings above the offset on one line: context for search, never quoted."""
        names = []
        number = bisect.bisect_right(self._starts, offset) - 1
        above = number if number >= 0 else None
        while above is not None:
            names.append(self._names[above])
            above = self._parents[above]
        distinct = dict.fromkeys([self._title, *reversed(names)])
        return " > ".join(name for name in distinct if name)[:MAX_CONTEXT_CHARACTERS]


def _one_line(name: str) -> str:
    return " ".join(name.split())[: MAX_CONTEXT_CHARACTERS + 1]  # the rest is never used


def context_of(article: Article, offset: int) -> str:
    """Return the title and the headings above the offset; for many offsets, use :class:`Outline`."""
    return Outline(article).context_at(offset)


def split_passages(article: Article, count_tokens: CountTokens, max_tokens: int) -> list[Passage]:
    """Return the passages of an article, in order. An article without visible text has none.

    :param count_tokens: returns the encoder's token counts of texts, without special tokens.
    :param max_tokens: the encoder's longest input, including special tokens.
    """
    passages = []
    outline, sections = Outline(article), list(_sections(article))
    counts = count_tokens([outline.context_at(start) for start, _ in sections])
    for (start, end), context_tokens in zip(sections, counts, strict=True):
        budget = max(max_tokens - SPECIAL_TOKENS - context_tokens, MIN_BUDGET)
        units = list(_units(article.text, start, end, count_tokens, budget))
        for is_table, some in groupby(units, lambda unit: is_row(article.text[unit[0] : unit[1]])):
            group = list(some)
            windows = [(s, e) for s, e, _ in group] if is_table else _windows(group, budget)
            passages += [Passage(article.id, *window) for window in windows]
    return passages


def _sections(article: Article) -> Iterator[Offsets]:
    """Yield the stretches of text between headings, without a date in front."""
    position = date_field(article.text)[1]
    for heading in article.headings:
        yield position, max(heading.start, position)
        position = max(heading.end, position)
    yield position, len(article.text)


def _units(text: str, start: int, end: int, count_tokens: CountTokens, budget: int) -> Iterator[_Unit]:
    """Yield each sentence; one over the budget comes in pieces, cut between cells or words."""
    sentences = [(start + s, start + e) for s, e in split_sentences(text[start:end])]
    counts = count_tokens([text[s:e] for s, e in sentences]) if sentences else []
    for (s, e), tokens in zip(sentences, counts, strict=True):
        if tokens <= budget:
            yield s, e, tokens
        else:
            yield from _pieces(text, s, e, count_tokens, budget)


def _pieces(text: str, start: int, end: int, count_tokens: CountTokens, budget: int) -> Iterator[_Unit]:
    cells = [(start + m.start(), start + m.end()) for m in CELL.finditer(text[start:end])]
    counts = count_tokens([text[s:e] for s, e in cells])
    parts: list[Offsets] = []
    for (s, e), count in zip(cells, counts, strict=True):
        parts += [(s, e)] if count <= budget else _words(text, s, e, count_tokens, budget)
    counts = count_tokens([text[s:e] for s, e in parts])
    first, tokens = start, 0
    for (s, _), count in zip(parts, counts, strict=True):
        if tokens and tokens + count > budget:
            yield first, first + len(text[first:s].rstrip()), tokens
            first, tokens = s, 0
        tokens += count
    yield first, end, tokens


def _words(text: str, start: int, end: int, count_tokens: CountTokens, budget: int) -> Iterator[Offsets]:
    for word in WORD.finditer(text[start:end]):
        yield from _halves(text, start + word.start(), start + word.end(), count_tokens, budget)


def _halves(text: str, start: int, end: int, count_tokens: CountTokens, budget: int) -> list[Offsets]:
    """Return the word itself or, if it exceeds the budget (as text without spaces does), halves that fit."""
    middle = (start + end) // 2
    is_short = (end - start) * 4 <= budget  # a character has at most four bytes, a byte at most one token
    if is_short or middle == start or count_tokens([text[start:end]])[0] <= budget:
        return [(start, end)]
    return _halves(text, start, middle, count_tokens, budget) + _halves(text, middle, end, count_tokens, budget)


def _windows(units: Sequence[_Unit], budget: int) -> Iterator[Offsets]:
    """Yield windows of units within the budget; each begins with the last unit of the one before if that fits."""
    first, tokens = 0, 0
    for i, (_, _, count) in enumerate(units):
        if tokens and tokens + count > budget:
            yield units[first][0], units[i - 1][1]
            overlap = units[i - 1][2]
            repeat = i - 1 > first and overlap + count <= budget
            first, tokens = (i - 1, overlap) if repeat else (i, 0)
        tokens += count
    if units:
        yield units[first][0], units[-1][1]
