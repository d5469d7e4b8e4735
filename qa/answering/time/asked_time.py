"""What time a question asks for."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import Enum

from qa.answering.time.periods import find_periods
from qa.english.lexicon import AUXILIARIES, PREPOSITIONS
from qa.english.verbs import IRREGULAR_FORMS
from qa.types import Period

__all__ = ["AskedTime", "Tense", "asked_time", "without_time"]

_PARTICIPLE = rf"(?:\w{{3,}}ed|{'|'.join(sorted(IRREGULAR_FORMS))})\b"
_FIRST = re.compile(
    rf"""\b(?:
    at\ first | initially | original(?:ly)? | first | to\ begin\ with | at\ the\ (?:start|beginning|outset)
    | (?:when|as)\ (?:\w+\ ){{1,4}}(?:began|started) | before\ (?:the|it|its|he|she|his|her|they|their)
    | planned | promised | would\ (?:[\w'’-]+\ ){{0,3}}?have | had\ been
    | (?:was|were)\ (?:(?!{_PARTICIPLE})[\w'’-]+\ ){{0,6}}?(?:
        (?-i:to\ (?!do\b|blame\b|the\b|an?\b|th(?:is|at|ese|ose)\b|his\b|her\b|its\b|their\b)[a-z]\w*)
        | going\ to | supposed | expected | meant | due | scheduled )
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOW = re.compile(
    r"\b(?:now|currently|current|latest|today|at present|still|so far|these days|final|finally|in the end)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"""\s*,?\s*\b(?:
    at\ first | initially | originally | to\ begin\ with | at\ the\ (?:start|beginning|outset)
    | as\ (?:first|originally|initially|previously)\ \w+ed
    | first(?=\ (?:to|expected|planned|reported|announced)\b)
    | (?:when|as)\ (?:\w+\ ){1,4}(?:began|started)
    | before\ (?:the|it|its|he|she|his|her|they|their)\b.*?(?=[?.!,]|\Z)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PART = (
    r"(?:the|of|early|late|mid|beginning|start|end|middle|first|last|morning|evening|month|year|summer|spring|autumn"
    r"|winter)"
)
_LEADING = re.compile(
    r"(?:\s*,)?(?:\s+(?:back|already|only|as))?"
    r"(?:\s+(?:in|on|by|until|till|since|during|from|for|at|before|after|around|about))?"
    rf"(?:\s+{_PART})*(?:\s+|(?<=mid)-)\Z",
    re.IGNORECASE,
)
_SAYS_WHICH = re.compile(r"\bthe\s+\Z", re.IGNORECASE)
_NOUN = re.compile(rf"\s+(?!(?:{'|'.join(sorted(PREPOSITIONS | AUXILIARIES))}|and|or)\b)[a-z]")
"""The words around a period that only says which: "the February strike"."""
_READ_FROM = dt.date(2000, 1, 1)


class Tense(Enum):
    """Which of the versions of an answer a question asks for."""

    NOW = "now"
    """The newest: what holds now. A question that names no time asks for it."""
    FIRST = "first"
    """The one that held at first, or was planned."""
    THEN = "then"
    """The one that held in a period."""


@dataclass(frozen=True, slots=True)
class AskedTime:
    """What time a question asks for."""

    tense: Tense
    question: str = ""

    def period(self, reference: dt.date) -> Period | None:
        """Return the period that the question names, if it does: the one named in the most words.

        :param reference: the date from which a day or a month without a year is read: the nearest one counts.
        """
        named = list(find_periods(self.question, reference))
        return max(named, key=lambda one: one.end - one.start).period if named else None


def asked_time(question: str) -> AskedTime:
    """Return what time a question asks for."""
    if _NOW.search(question):
        return AskedTime(Tense.NOW)
    if any(find_periods(question, _READ_FROM)):
        return AskedTime(Tense.THEN, question)
    return AskedTime(Tense.FIRST if _FIRST.search(question) else Tense.NOW)


def without_time(question: str) -> str:
    """Return a question without the words that say what time it asks for: "by 4 February", "at first".

    The reader finds no answer in a passage about another time. To compare what articles say of several times, it
    reads the question without one.
    """
    for named in reversed(list(find_periods(question, _READ_FROM))):
        before, after = question[: named.start], question[named.end :]
        says_which = _SAYS_WHICH.search(before) and _NOUN.match(after)
        before = before if says_which else _LEADING.sub("", before)
        question = f"{before}{after}" if before else question
    return " ".join(_ASIDE.sub("", question).split())
