"""What an answer is worth comparing with: a number of a dimension, a time, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from qa.english.content_words import content_words

__all__ = ["Kind", "Value", "are_comparable", "same_value", "value_of"]

_UNITS = {
    name: number for number, name in enumerate("zero one two three four five six seven eight nine ten".split())
}
_UNITS |= {
    name: number
    for number, name in enumerate(
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), 11
    )
}
_TENS = {
    name: 10 * number
    for number, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_MAGNITUDES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
_WORDS = "|".join(sorted({*_UNITS, *_TENS, *_MAGNITUDES} - {"m", "bn"}, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<digits>\d[\d,]*(?:\.\d+)?|\b(?:{_WORDS})(?:[ -](?:and )?(?:{_WORDS}))*\b)"
    r"(?:\s*(?P<magnitude>hundred|thousand|million|billion|trillion|bn|m)\b)?(?P<half>\s+and\s+a\s+half\b)?",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r".*\bfrom\b.*\bto\b", re.IGNORECASE)
_DIMENSIONS = {
    "share": r"%|\bper ?cent\b|\bpercentage\b",
    "money": r"[£$€¥]|\b(?:pound|dollar|euro|penn|pence|cent|franc|crown)(?:y|ies|s)?\b|\b(?:yen|gbp|usd|eur)\b",
    "duration": r"\b(?:second|minute|hour|day|night|week|fortnight|month|year|decade)s?\b",
    "speed": r"\b(?:kilomet(?:re|er)s an hour|mph|km/h)\b",
    "length": r"\b(?:(?:kilo|centi|milli)?met(?:er|re)|mile|foot|feet|inch|yard|km|cm|mm)s?\b",
    "weight": r"\b(?:kilo(?:gram)?|gram|ton|tonne|kg)s?\b",
}
_MEASURED = {"length", "weight"}
"""Of these, only the same units are compared: what is so many kilometres long never was so many centimetres."""
_UNIT_LETTERS = 5
MOST_CHANGE = 50
"""How many times as much a number may become."""
_DIMENSION = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _DIMENSIONS.items()}
_WHEN = re.compile(
    r"\b(?:when|since when|what (?:time|day|date|month|year)|which (?:day|date|month|year))\b", re.IGNORECASE
)


class Kind(Enum):
    """What kind of thing an answer names."""

    NUMBER = "number"
    TIME = "time"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Value:
    """What an answer says: its words, and the number in it with its dimension, "" for a plain count."""

    kind: Kind
    words: frozenset[str]
    number: float | None = None
    dimension: str = ""


def value_of(answer: str, question: str) -> Value:
    """Return the value of an answer to a question. Every answer to "when" is a time."""
    words, number = frozenset(content_words(answer)), _number(answer)
    if _WHEN.search(question):
        return Value(Kind.TIME, words, number)
    if number is None:
        return Value(Kind.WORDS, words)
    return Value(Kind.NUMBER, words, number, _dimension(answer))


def are_comparable(one: Value, other: Value) -> bool:
    """Whether two answers are of a kind, so that one may have taken the place of the other."""
    if one.kind is not other.kind:
        return False
    if one.kind is not Kind.NUMBER:
        return True
    same_dimension = one.dimension == other.dimension or "" in (one.dimension, other.dimension)
    return same_dimension and _is_near(one.number, other.number)


def same_value(one: Value, other: Value) -> bool:
    """Whether two answers say the same: the same number, or one has all words of the other."""
    if one.kind is not other.kind:
        return False
    if one.kind is Kind.NUMBER:
        return one.number == other.number and are_comparable(one, other)
    if None not in (one.number, other.number) and one.number != other.number and one.words != other.words:
        return False
    return bool(one.words and other.words) and (one.words <= other.words or other.words <= one.words)


def _number(text: str) -> float | None:
    """Return the number that an answer gives: the first one, but the second of "from 780 to 690 million"."""
    matches = list(_NUMBER.finditer(text))
    if not matches:
        return None
    match = matches[1] if len(matches) > 1 and _FROM_TO.match(text) else matches[0]
    digits = match["digits"].replace(",", "")
    number = float(digits) if digits[0].isdigit() else _spelt(digits.lower())
    magnitude = _MAGNITUDES.get((match["magnitude"] or "").lower(), 1.0)
    return round((number + 0.5 * bool(match["half"])) * magnitude, 3)


def _spelt(words: str) -> float:
    """Return the value of a number in words: "three hundred and twelve"."""
    total = part = 0.0
    for word in re.split(r"[ -]", words):
        if word in _MAGNITUDES:
            part = max(part, 1.0) * _MAGNITUDES[word]
            if part >= 1e3:
                total, part = total + part, 0.0
        else:
            part += _UNITS.get(word, _TENS.get(word, 0))
    return total + part


def _dimension(answer: str) -> str:
    for name, pattern in _DIMENSION.items():
        if unit := pattern.search(answer):
            return unit[0].lower()[:_UNIT_LETTERS] if name in _MEASURED else name
    return ""


def _is_near(one: float | None, other: float | None) -> bool:
    """Whether one number may have become the other."""
    low, high = sorted((abs(one or 0.0), abs(other or 0.0)))
    return high <= MOST_CHANGE * max(low, 1.0)
