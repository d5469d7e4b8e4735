"""What an answer is worth comparing with: a number of a dimension, a time, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from itertools import dropwhile, islice, takewhile

from qa.english.content_words import content_words
from qa.english.lexicon import is_verb

__all__ = ["Kind", "Value", "are_comparable", "counted_by", "dimension_of", "numbers_in", "same_value", "value_of"]

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
_COUNTED = re.compile(r"(?:[ -]\w[\w'’-]*){1,4}")
"""The words after a number, up to a mark."""
_OF_WHICH = frozenset(
    "of the these those his her its their last next new former previous more additional further".split()
)
"""Words that may stand between a number and what it counts."""
_TO = re.compile(r"(?:\s+\w+){0,2}\s+to\s+\D?")
"""What is between the numbers of a change: "four per cent to five"."""
_DIMENSIONS = {
    "volume": r"\b(?:cubic\ \w+|litre|liter|gallon|barrel)s?\b",
    "area": r"\b(?:square\ \w+|hectare|acre)s?\b",
    "share": r"%|\bper ?cent\b|\bpercentage\b",
    "money": r"[£$€¥]|\b(?:pound|dollar|euro|penn|pence|cent|franc|crown)(?:y|ies|s)?\b|\b(?:yen|gbp|usd|eur)\b",
    "duration": r"\b(?:second|minute|hour|day|night|week|fortnight|month|year|decade)s?\b",
    "speed": r"\b(?:kilomet(?:re|er)s an hour|mph|km/h)\b",
    "length": r"\b(?:(?:kilo|centi|milli)?met(?:er|re)|mile|foot|feet|inch|yard|km|cm|mm)s?\b",
    "weight": r"\b(?:kilo(?:gram)?|gram|ton|tonne|kg)s?\b",
}
_MEASURED = {"length", "weight", "volume", "area"}
"""Of these, only the same units are compared: what is so many kilometres long never was so many centimetres."""
_UNIT_LETTERS = 5
_DIMENSION = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _DIMENSIONS.items()}
_WHEN = re.compile(r"^\W*(?:\w+\s+)?when\b|\b(?:what|which)\s+(?:time|day|date|month|year)\b", re.IGNORECASE)
_WHO = re.compile(r"^\W*(?:\w+\s+)?(?:who|whom|whose|where)\b", re.IGNORECASE)
_NAMES_TIME = re.compile(
    r"\b(?:\d{4}|[12]?\d(?:st|nd|rd|th)?|3[01])\b|\b(?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|august|sept(?:ember)?|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|spring|summer|autumn|fall|winter|christmas|easter|today|yesterday|tomorrow"
    r"|noon|midnight|dawn|morning|afternoon|evening|o['’]clock|(?:day|night|week|month|year|decade|century|season|term)s?"
    r"|centuries|holidays|now|immediately|never|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    re.IGNORECASE,
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
    """Return the value of an answer to a question. An answer to "when" that names a time is one."""
    words, number = frozenset(content_words(answer)), _number(answer)
    if _WHEN.search(question) and _NAMES_TIME.search(answer):
        return Value(Kind.TIME, words, number)
    is_named = any(word[0].isalpha() for word in words)
    if number is None or (is_named and _WHO.search(question)):
        return Value(Kind.WORDS, words)
    return Value(Kind.NUMBER, words, number, dimension_of(answer))


def are_comparable(one: Value, other: Value) -> bool:
    """Whether two answers are of a kind, so that one may have taken the place of the other."""
    if one.kind is not other.kind:
        return False
    if one.kind is not Kind.NUMBER:
        return True
    return one.dimension == other.dimension or "" in (one.dimension, other.dimension)


def same_value(one: Value, other: Value) -> bool:
    """Whether two answers say the same: the same number, or one has all words of the other."""
    if one.kind is not other.kind:
        return False
    if one.kind is Kind.NUMBER:
        return one.number == other.number and are_comparable(one, other)
    if None not in (one.number, other.number) and one.number != other.number and one.words != other.words:
        return False
    return bool(one.words and other.words) and (one.words <= other.words or other.words <= one.words)


def numbers_in(text: str) -> set[float]:
    """Return the numbers that a text names."""
    return {_number_of(match) for match in _NUMBER.finditer(text)}


def counted_by(answer: str, after: str) -> frozenset[str]:
    """Return the words for what the number of an answer counts: those that follow it, or none.

    :param after: what follows the answer in its sentence.
    """
    match = _find_number(answer)
    if match is None:
        return frozenset()
    following = _COUNTED.match(f"{answer[match.end() :]}{after}")
    words = following[0].split() if following else []
    words = list(dropwhile(lambda word: word in _OF_WHICH or bool(_NUMBER.fullmatch(word)), words))
    nouns = takewhile(lambda word: _may_be_noun(word) and not is_verb(word), words)
    return frozenset(content_words(" ".join(islice(nouns, 2))))


def _may_be_noun(word: str) -> bool:
    return bool(content_words(word)) and word not in _OF_WHICH


def _number(text: str) -> float | None:
    """Return the number that an answer gives: the first one, but the second of "780 to 690 million"."""
    match = _find_number(text)
    return _number_of(match) if match else None


def _find_number(text: str) -> re.Match[str] | None:
    numbers = list(islice(_NUMBER.finditer(text), 2))
    is_change = len(numbers) > 1 and _TO.fullmatch(text, numbers[0].end(), numbers[1].start())
    return numbers[1] if is_change else next(iter(numbers), None)


def _number_of(match: re.Match[str]) -> float:
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


def dimension_of(text: str) -> str:
    """Return the dimension of the first unit that a text names, "" if there is none."""
    for name, pattern in _DIMENSION.items():
        if unit := pattern.search(text):
            return unit[0].lower()[:_UNIT_LETTERS] if name in _MEASURED else name
    return ""
