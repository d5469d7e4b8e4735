"""The parts of an answer to a question for several things.

The best span names some of them, and the series in its sentence names more. The others come from further spans of
the reader that are nearly as good, in the same article or another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.answering.answers import AnswerGroup, Candidate, answer_key
from qa.english.content_words import content_words
from qa.english.coordination import item_spans, series_around
from qa.english.question_kinds import allows_several, asked_number, kind_of
from qa.english.sentences import sentence_at
from qa.types import Passage

__all__ = ["Part", "find_parts"]

WORD = re.compile(r"\w+")

# Fitted to the questions for several things among those that quoref_dev.jsonl and news-tune.json ask.
LARGEST_GAP = 2.0
"""How far the rank of a further span may be below the best one's, if that names one thing."""
LARGEST_GAP_TO_NUMBER = 5.0
"""The same, as long as there are fewer parts than the question asks for."""
MOST_SPANS = 8
"""Spans that are considered."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several things: ``article.text[start:end]`` is ``text``, in a passage."""

    passage: Passage
    start: int
    end: int
    text: str

    def repeats(self, other: Part) -> bool:
        """Whether the two share text, or name the same: one has all words of the other."""
        if (
            self.passage.article_id == other.passage.article_id
            and self.start < other.end
            and other.start < self.end
        ):
            return True
        mine, theirs = (set(answer_key(part.text).split()) for part in (self, other))
        return mine <= theirs or theirs <= mine


def find_parts(question: str, groups: Sequence[AnswerGroup]) -> list[Part]:
    """Return the parts that a question for several things asks for, in the order of the texts.

    :param groups: the answers, best first.
    :returns: an empty list if the question asks for one thing, or only one was found.
    """
    if not groups or not allows_several(question):
        return []
    is_list = kind_of(question) == "list"
    number = asked_number(question)
    spans = [group.candidates[0] for group in groups[: MOST_SPANS if is_list else 1]]
    series = [(spans[0].rank - span.rank, _items(span, question)) for span in spans]
    if number and (complete := [items for gap, items in series if gap <= LARGEST_GAP and len(items) == number]):
        return _in_order(complete[0])
    parts = series[0][1]
    if len(parts) == 1 or number:
        parts = _with_further(parts, series[1:], number)[:number]
    return _in_order(parts) if len(parts) > 1 else []


def _with_further(
    parts: Sequence[Part], others: Iterable[tuple[float, Sequence[Part]]], number: int | None
) -> list[Part]:
    """Return the parts and those of further spans that are nearly as good, and names where they are names.

    :param others: how far each span is below the best one, and its parts.
    """
    is_named = any(_has_name(part.text) for part in parts)
    for gap, items in others:
        lacks = number is not None and len(parts) < number
        if gap <= (LARGEST_GAP_TO_NUMBER if lacks else LARGEST_GAP):
            parts = _merged(parts, [part for part in items if _has_name(part.text) == is_named])
    return list(parts)


def _items(candidate: Candidate, question: str) -> list[Part]:
    """Return the items of the series around a span, without those that the question names itself."""
    passage, text = candidate.retrieved.passage, candidate.retrieved.text
    start, end = candidate.start - passage.start, candidate.end - passage.start
    first, last = sentence_at(text, start, end)
    low, high = series_around(text[first:last], start - first, end - first)
    series = text[first + low : first + high]
    offset = passage.start + first + low
    parts = [Part(passage, offset + s, offset + e, series[s:e]) for s, e in item_spans(series)]
    asked = content_words(question)
    return _merged([], [part for part in parts if content_words(part.text) - asked])


def _merged(parts: Sequence[Part], others: Iterable[Part]) -> list[Part]:
    """Return the parts and those of the others that do not repeat one."""
    merged = list(parts)
    for other in others:
        if not any(other.repeats(part) for part in merged):
            merged.append(other)
    return merged


def _has_name(text: str) -> bool:
    return any(word[0].isupper() for word in WORD.findall(text))


def _in_order(parts: Sequence[Part]) -> list[Part]:
    """Return parts article by article, the first one's first, each in the order of its text."""
    articles = list(dict.fromkeys(part.passage.article_id for part in parts))
    return sorted(parts, key=lambda part: (articles.index(part.passage.article_id), part.start))
