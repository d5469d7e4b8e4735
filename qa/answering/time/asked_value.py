"""What kind of value a question asks for, and whether that may change."""

from __future__ import annotations

import re

from qa.answering.time.asked_time import Tense, asked_time
from qa.answering.time.values import Kind, Value, dimension_of
from qa.english.lexicon import is_verb, tokens

__all__ = ["asks_for_difference", "asks_for_event", "asks_for_lasting", "fits_question"]

_QUANTITY = re.compile(
    r"\bhow\s+(?:much|long|old|far|high|deep|wide|big|large|tall|heavy)\b"
    r"|\b(?:what|which)\s+(?:share|percentage|price)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bhow\s+many\s+(?P<counted>(?:\w+\s+){0,2}\w+)", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:costs?|price|fee|fine|bid|damage|pay|pays|paid|spend|spent|worth|budget|compensation)\b", re.IGNORECASE
)
_DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|rise|raise|increase|growth|cut|fall|drop|lead|margin|difference|gain|loss|lose|other|further)\b",
    re.IGNORECASE,
)
FEWEST_MONEY = 100
"""A sum without a unit is seldom smaller."""
_LASTING = re.compile(
    r"\bhow\s+old\b|\bage\b|\b(?:called|named|name\s+of|known\s+as|used\s+for|stands?\s+for|meaning\s+of)\b",
    re.IGNORECASE,
)
_PAST = frozenset({"did", "was", "were", "had", "didn't", "wasn't", "weren't"})
_WHO = frozenset({"who", "what", "which", "where"})


def fits_question(question: str, value: Value) -> bool:
    """Whether a value is of the kind that a question asks for.

    "How many people" asks for a number, and not for one of pounds. Most questions say nothing about the kind:
    every value fits these.
    """
    if count := _COUNT.search(question):
        return value.number is not None and value.dimension in ("", dimension_of(count["counted"]))
    if _MONEY.search(question) and value.kind is Kind.NUMBER and not value.dimension:
        return value.number is not None and value.number >= FEWEST_MONEY
    return value.number is not None or not _QUANTITY.search(question)


def asks_for_difference(question: str) -> bool:
    """Whether a question may ask for what two numbers differ by: "What pay rise did they get?"."""
    return bool(_DIFFERENCE.search(question))


def asks_for_lasting(question: str) -> bool:
    """Whether a question asks for what news does not change: an age, a name, or what something is for."""
    return bool(_LASTING.search(question))


def asks_for_event(question: str) -> bool:
    """Whether a question asks who did something, or what was done: once it has happened, that does not change.

    A question for what was planned, or for what was so at some time, asks for something that may have changed.
    """
    words = [token.lower for token in tokens(question)]
    is_told = len(words) > 1 and words[0] in _WHO and is_verb(words[1])  # "Who found the votes?"
    tense = asked_time(question).tense
    if is_told or "did" in words:
        return tense is not Tense.FIRST
    return tense is Tense.NOW and not _PAST.isdisjoint(words)
