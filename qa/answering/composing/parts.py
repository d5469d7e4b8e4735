"""The parts of an answer to a question for several things.

The best span names some of them, and the series in its sentence names more. The others come from further spans of
the reader that are nearly as good, in the same article or another one. The specialist, where there is one for the
reader, tags all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.answering.answers import AnswerGroup, Candidate, answer_key
from qa.english.content_words import content_words
from qa.english.coordination import item_spans, series_around
from qa.english.question_kinds import allows_several, asked_number, kind_of
from qa.english.sentences import Offsets, sentence_at
from qa.reader.specialist import Specialist
from qa.types import Passage, RetrievedPassage

__all__ = ["Part", "find_parts"]

WORD = re.compile(r"\w+")

# Fitted to the questions for several things among those that quoref_dev.jsonl and news-tune.json ask.
LARGEST_GAP = 2.0
"""How far the rank of a further span may be below the best one's, if that names one thing."""
LARGEST_GAP_TO_NUMBER = 5.0
"""The same, as long as there are fewer parts than the question asks for."""
MOST_SPANS = 8
"""Spans that are considered."""
MOST_TAGGED = 3
"""Passages that are tagged."""
LEAST_SCORE = 0.75
"""The score that an item needs where one thing may be all that is asked for."""
MOST_MORE = 60
"""Characters that the reader's span may have more than what is tagged in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several things: ``article.text[start:end]`` is ``text``, in a passage."""

    passage: Passage
    start: int
    end: int
    text: str

    def overlaps(self, other: Part) -> bool:
        """Whether the two share text."""
        is_same = self.passage.article_id == other.passage.article_id
        return is_same and self.start < other.end and other.start < self.end

    def repeats(self, other: Part) -> bool:
        """Whether the two share text, or name the same: one has all words of the other."""
        if self.overlaps(other):
            return True
        mine, theirs = (set(answer_key(part.text).split()) for part in (self, other))
        return mine <= theirs or theirs <= mine


def find_parts(question: str, groups: Sequence[AnswerGroup], specialist: Specialist | None = None) -> list[Part]:
    """Return the parts that a question for several things asks for, in the order of the texts.

    :param groups: the answers, best first.
    :param specialist: tags them in the passages of the best answers.
    :returns: an empty list if the question asks for one thing, or only one was found.
    """
    if not groups or not allows_several(question):
        return []
    series = _in_series(question, groups)
    if specialist is None:
        return series
    tagged, number = _in_order(_tagged(question, groups, specialist)), asked_number(question)
    says_the_same = len(series) > 1 and (len(series) == number or _are_same(series, tagged))
    return tagged if len(tagged) > 1 and not says_the_same else series


def _are_same(series: Sequence[Part], tagged: Sequence[Part]) -> bool:
    """Whether each item of a series is tagged and nothing else: then its commas say better where they end."""
    return all(any(map(part.overlaps, tagged)) for part in series) and all(
        any(map(part.overlaps, series)) for part in tagged
    )


def _tagged(question: str, groups: Sequence[AnswerGroup], specialist: Specialist) -> list[Part]:
    """Return what the specialist tags in the passages of the best answers, the best one's first."""
    spans = [candidate for group in groups for candidate in group.candidates if not candidate.in_title]
    near = [group.candidates[0] for group in groups[:MOST_SPANS]]
    near = [one for one in near if not one.in_title and near[0].rank - one.rank <= LARGEST_GAP]
    passages = list(dict.fromkeys(one.retrieved for one in near))[:MOST_TAGGED]
    asked = content_words(question)
    least = 0.0 if kind_of(question) == "list" else LEAST_SCORE
    parts: list[Part] = []
    for found, tagged in zip(passages, specialist.tag(question, [found.text for found in passages]), strict=True):
        read = [_within(found.passage, span) for span in spans if span.retrieved.passage == found.passage]
        items = [
            (item.start, item.end)
            for item in tagged
            if item.score >= least and content_words(found.text[item.start : item.end]) - asked
        ]
        edges = [_as_read(item, read, [other for other in items if other is not item]) for item in items]
        parts = _merged(parts, [_part(found, start, end) for start, end in edges])
    return parts


def _within(passage: Passage, span: Candidate) -> Offsets:
    return span.start - passage.start, span.end - passage.start


def _part(found: RetrievedPassage, start: int, end: int) -> Part:
    first = found.passage.start
    return Part(found.passage, first + start, first + end, found.text[start:end])


def _as_read(item: Offsets, spans: Iterable[Offsets], others: Sequence[Offsets]) -> Offsets:
    """Return the span of the reader that holds one item alone: it sees better where names begin and end."""
    for start, end in spans:
        is_alone = not any(first < end and start < last for first, last in others)
        if start <= item[0] and item[1] <= end <= start + (item[1] - item[0]) + MOST_MORE and is_alone:
            return start, end
    return item


def _in_series(question: str, groups: Sequence[AnswerGroup]) -> list[Part]:
    """Return the items of the series that the best answer is a part of, and what further spans name."""
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
