"""What an article says, when: a candidate answer with its date, its value and the words around it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qa.answering.answers import Candidate
from qa.answering.time.periods import find_periods
from qa.answering.time.values import Value, value_of
from qa.english.sentences import sentence_at
from qa.types import Period

__all__ = ["Statement", "find_statements"]

_NEAR = 70
"""Characters before and after an answer in which a cue speaks of it."""
_WORDS = r"(?:[^\s,;:.]+\s+){0,4}"
_SUPERSEDED_BEFORE = re.compile(
    rf"""(?:\b(?:
    had | instead\ of | rather\ than | in\ place\ of | and\ not | than | down\ from | up\ from | from(?=.*\bto\b)
    | original(?:ly)? | initial(?:ly)? | at\ first | first | previous(?:ly)? | earlier | former(?:ly)?
    | was\ to | were\ to | planned | promised | last\ spoken\ of | correcting | compared\ with
    | predecessor | outgoing | replac(?:es|ed|ing) | succeed(?:s|ed|ing)
    )\s+|,\ not\s+){_WORDS}["“']?\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_SUPERSEDED_AFTER = re.compile(
    r"""\A[\w\s%]{0,30}?\b(?:
    had\ been | was\ (?:wrong|incorrect) | originally | at\ first | first\ (?:reported|stated|given|planned)
    | (?:previously|earlier|initially)\ (?:reported|stated|given|announced|planned|expected) | until\ (?:then|now)
    | (?:was|were|has\ been|have\ been)\ (?:replaced|dropped|postponed|put\ off|called\ off)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CURRENT_BEFORE = re.compile(
    rf"""\b(?:
    now | correct(?:ed)?\ (?:to|figure\ (?:is|was)|number\ (?:is|was))
    | (?:ris|increas|fall|cut|rais|lower|grow|climb|extend)\w*\ (?:to|by)
    | (?:rose|risen|fell|fallen|grew|grown)\ to
    | from.*\bto | reach(?:es|ed) | brings?\ (?:the\ )?(?:total|number|toll|figure)\ to | final(?:ly)?
    | puts?\ (?:it|the\ \w+)\ at | new | latest | successor
    )\s+{_WORDS}\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_CORRECTION = re.compile(
    r"""\b(?:
    correct(?:ion|ed|s|ing)? | correct\ (?:figure|number|name|date|price) | erratum | clarification | misstated
    | an\ earlier\ version | (?:incorrect|erroneous|wrong)(?:ly)? | in\ error | by\ mistake | mistaken(?:ly)?
    | should\ have\ (?:been|read|said) | counted\ twice
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A candidate answer in a dated article, and what the words around it say about it.

    ``spoken`` are the periods that the sentence names. ``superseded`` and ``current`` say whether a cue before or
    after the answer speaks of what no longer holds, or of what holds now; ``corrects`` whether the sentence or
    the title speaks of a correction.
    """

    candidate: Candidate
    date: dt.date
    value: Value
    sentence: str
    spoken: tuple[Period, ...] = ()
    superseded: bool = False
    current: bool = False
    corrects: bool = False


def find_statements(
    question: str, candidates: Iterable[Candidate], dates: Mapping[str, dt.date | None]
) -> Iterator[Statement]:
    """Yield the statements of those candidates whose articles have a date.

    :param dates: the dates of the articles, by id.
    """
    for candidate in candidates:
        if date := dates.get(candidate.article_id):
            yield _statement(question, candidate, date)


def _statement(question: str, candidate: Candidate, date: dt.date) -> Statement:
    retrieved = candidate.retrieved
    offset = retrieved.passage.start
    start, end = candidate.start - offset, candidate.end - offset
    first, last = sentence_at(retrieved.text, start, end)
    sentence = retrieved.text[first:last]
    before, after = retrieved.text[max(first, start - _NEAR) : start], retrieved.text[end : min(last, end + _NEAR)]
    return Statement(
        candidate,
        date,
        value_of(candidate.text, question),
        sentence,
        tuple(named.period for named in find_periods(sentence, date)),
        superseded=bool(_SUPERSEDED_BEFORE.search(before) or _SUPERSEDED_AFTER.search(after)),
        current=bool(_CURRENT_BEFORE.search(before)),
        corrects=bool(_CORRECTION.search(f"{retrieved.context}\n{sentence}")),
    )
