"""What an article says, when: a candidate answer with its date, its value and the words around it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.answering.answers import Candidate
from qa.answering.time.periods import find_periods
from qa.answering.time.values import Kind, Value, counted_by, value_of
from qa.english.sentences import sentence_at
from qa.types import Period

__all__ = ["Statement", "find_statements"]

HISTORY_DAYS = 365
"""What was so long before an article is history."""
_OLD_YEAR = re.compile(r"\b1[0-8]\d\d\b")
_NEAR = 70
"""Characters before and after an answer in which a cue speaks of it."""
_WORDS = r"(?:[^\s,;:.]+\s+){0,4}"
_SUPERSEDED_BEFORE = re.compile(
    rf"""(?:\b(?:
    had | we\ (?:said|wrote|reported|stated)(?:\ that)? | instead\ of | rather\ than | in\ place\ of | and\ not
    | than | down\ from | up\ from | from(?=.*\bto\b)
    | original(?:ly)? | initial(?:ly)? | at\ first | first | previous(?:ly)? | earlier | former(?:ly)?
    | was\ to | were\ to | planned | promised | last\ spoken\ of | correcting | compared\ with
    | predecessor | outgoing | replac(?:es|ed|ing) | succeed(?:s|ed|ing)
    )\s+|,\ not\s+){_WORDS}["“']?\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_SUPERSEDED_AFTER = re.compile(
    r"""\A(?:,[^,;.]{1,60},|\s+\([^()]{1,60}\))?[\w\s%]{0,30}?\b(?:
    had\ been | was\ (?:wrong|incorrect) | originally | at\ first | first\ (?:reported|stated|given|planned)
    | (?:previously|earlier|initially)\ (?:reported|stated|given|announced|planned|expected) | until\ (?:then|now)
    | (?:was|were|has\ been|have\ been)\ (?:replaced|dropped|postponed|put\ off|called\ off|dismissed)
    | resign(?:s|ed) | (?:steps|stepped|stepping)\ down | retir(?:es|ed|ing)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CURRENT_BEFORE = re.compile(
    rf"""\b(?:
    now | correct(?:ed)?\ (?:to|figure\ (?:is|was)|number\ (?:is|was))
    | (?:ris|increas|fall|cut|rais|lower|grow|climb|extend)\w*\ (?:to|by)
    | (?:rose|risen|fell|fallen|grew|grown)\ to
    | (?<!\branges\ )(?<!\branging\ )from.*\bto
    | reach(?:es|ed) | brings?\ (?:the\ )?(?:total|number|toll|figure)\ to | final(?:ly)?
    | puts?\ (?:it|the\ \w+)\ at | new | latest | successor
    | (?:put\ off|postponed|delayed|moved|extended|brought\ forward)\ (?:from\b.*\ )?(?:until|to|by)
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


_RECKONED_BEFORE = re.compile(
    r"""\b(?:
    counts? | counted | (?:speaks?|spoke|spoken)\ of | (?:comes?|came)\ to
    | (?:puts?|set)\ (?:it|them|this|the\ \w+)\ at
    | (?:says?|said)\ (?:it|there)\ (?:is|was|are|were) | estimates?\ (?:it|them)\ at | reckons?\ with
    )\s+(?:only|just|about|around|some|at\ least|at\ most|no\ more\ than)?\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_DIFFERENCE_BEFORE = re.compile(r"\b(?:by|another|further)\s+(?:about\s+|some\s+)?\Z", re.IGNORECASE)
_DIFFERENCE_AFTER = re.compile(
    r"\A(?:(?:[^\S\n]+\w+){0,2}\s+(?:more|less|fewer|higher|lower|longer|shorter|later|earlier)\s+than\b"
    r"|\s+(?:more|further|additional)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A candidate answer in a dated article, and what the words around it say about it.

    ``counted`` are the words for what a number counts. ``spoken`` are the periods that the sentence names.
    ``superseded`` and ``current`` say whether a cue before or after the answer speaks of what no longer holds, or
    of what holds now; ``corrects`` whether the sentence or the title speaks of a correction; ``is_history``
    whether the time that it names was long before the article. ``is_reckoned`` says whether a number is what
    someone counts, without another word: "the company speaks of six"; ``is_difference`` whether it is what two
    numbers differ by: "1.7 million more than was planned", "eleven more".
    """

    candidate: Candidate
    date: dt.date
    value: Value
    sentence: str
    counted: frozenset[str] = frozenset()
    spoken: tuple[Period, ...] = ()
    superseded: bool = False
    current: bool = False
    corrects: bool = False
    is_history: bool = False
    is_reckoned: bool = False
    is_difference: bool = False

    @property
    def unit(self) -> frozenset[str]:
        """What a number is a number of: its dimension or what it counts; empty if its words do not say."""
        return frozenset({self.value.dimension}) if self.value.dimension else self.counted


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
    value, counted = value_of(candidate.text, question), counted_by(candidate.text, retrieved.text[end:last])
    is_number = value.number is not None
    spoken = tuple(named.period for named in find_periods(sentence, date))
    told = tuple(named.period for named in find_periods(candidate.text, date)) if value.kind is Kind.TIME else ()
    return Statement(
        candidate,
        date,
        value,
        sentence,
        counted,
        spoken,
        superseded=bool(_SUPERSEDED_BEFORE.search(before) or _SUPERSEDED_AFTER.search(after)),
        current=bool(_CURRENT_BEFORE.search(before)),
        corrects=bool(_CORRECTION.search(f"{retrieved.context}\n{sentence}")),
        is_history=_are_long_past(told or spoken, date)
        or (value.kind is Kind.TIME and _names_old_year(candidate.text)),
        is_reckoned=is_number and not counted and bool(_RECKONED_BEFORE.search(before)),
        is_difference=is_number and bool(_DIFFERENCE_BEFORE.search(before) or _DIFFERENCE_AFTER.search(after)),
    )


def _names_old_year(time: str) -> bool:
    return bool(_OLD_YEAR.search(time))


def _are_long_past(periods: Sequence[Period], date: dt.date) -> bool:
    return bool(periods) and all(period.days_to(date) > HISTORY_DAYS for period in periods)
