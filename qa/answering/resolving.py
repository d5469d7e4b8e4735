"""Find the quote of a citation again when its article has changed, by the quote and its surroundings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa.answering.citing import cite
from qa.library.base import Library
from qa.types import Article, Citation, Passage, Resolution

__all__ = ["resolve_citation"]

LEAST_LIKENESS = 0.65
"""Of a quote with its surroundings that is found again. By chance it is about 0.5, so a long quote is enough by
itself, and a short one needs a part of its surroundings."""
LEAST_LEAD = 0.05
"""By how much a place must be more like the one cited than all others."""


@dataclass(frozen=True, slots=True)
class _Match:
    """A place that has the quote, and how like its surroundings are to those of the citation, from 0 to 1."""

    start: int
    end: int
    likeness: float


def resolve_citation(citation: Citation, library: Library) -> Resolution:
    """Return where the quote of a citation is now. White space may have changed in it."""
    article = library.get(citation.article_id)
    if article is None:
        return Resolution("removed")
    text = citation.passage.source_of(article)
    if _is_in_place(citation, text):
        return Resolution("unchanged", _cite_again(citation, article, library, citation.start, citation.end))
    matches = [match for match in _matches(citation, text) if match.likeness >= LEAST_LIKENESS]
    if not matches:
        return Resolution("changed")
    best = max(match.likeness for match in matches)
    lead = 0.0 if best == 1 else LEAST_LEAD
    nearest = [match for match in matches if match.likeness >= best - lead]
    citations = tuple(_cite_again(citation, article, library, match.start, match.end) for match in nearest)
    return Resolution("moved", citations[0]) if len(citations) == 1 else Resolution("ambiguous", None, citations)


def _is_in_place(citation: Citation, text: str) -> bool:
    start, end = citation.start, citation.end
    has_surroundings = text[:start].endswith(citation.prefix) and text[end:].startswith(citation.suffix)
    return text[start:end] == citation.quote and has_surroundings


def _matches(citation: Citation, text: str) -> Iterator[_Match]:
    from rapidfuzz.distance import Indel

    words = r"\s+".join(map(re.escape, re.split(r"\s+", citation.quote)))
    wanted = _plain(citation.prefix, citation.quote, citation.suffix)
    for match in re.finditer(f"(?=({words}))", text):
        start, end = match.span(1)
        before = text[max(0, start - len(citation.prefix)) : start]
        there = _plain(before, text[start:end], text[end : end + len(citation.suffix)])
        yield _Match(start, end, Indel.normalized_similarity(wanted, there))


def _plain(*parts: str) -> str:
    return " ".join("".join(parts).split())


def _cite_again(citation: Citation, article: Article, library: Library, start: int, end: int) -> Citation:
    """Return a citation of the article as it is now, which says of the answer what the old one says."""
    passage = citation.passage
    if passage.in_title:
        passage = Passage(article.id, 0, len(article.title), in_title=True)
    else:
        stored = [one.passage for one in library.passages_of([article.id])]
        passage = next((one for one in stored if one.start <= start and end <= one.end), None) or _around(
            stored, article, start, end
        )
    again = cite(article, passage, start, end)
    return replace(again, story=citation.story, answers_alone=citation.answers_alone)


def _around(passages: list[Passage], article: Article, start: int, end: int) -> Passage:
    """Return a passage of those that overlap the quote, joined."""
    overlapping = [one for one in passages if one.start < end and start < one.end]
    first = min([start, *(one.start for one in overlapping)])
    return Passage(article.id, first, max([end, *(one.end for one in overlapping)]))
