"""Correct misspelt words of a question: read words that the library does not hold as near ones that it does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qa.english.content_words import STOP_WORDS
from qa.english.dictionary import is_english
from qa.library.base import Library, Suggestion
from qa.types import MAX_QUESTION_CHARACTERS

__all__ = ["correct_spelling"]

SHORTEST = 5
"""Letters of the shortest word that is corrected: shorter ones have too many neighbours."""
SHORTEST_NAME = 8
"""Letters of the shortest name that is corrected: Halden is not Holden."""
SHORTEST_KEPT_NAME = 6
"""Letters of the shortest name that is corrected if all letters that were typed are in the right one: Finlad."""
MOST_WORDS = 32
"""In a longer question no word is corrected: it is a pasted text, and each word costs a search."""
CONSIDERED = 8
"""Suggestions that are compared."""
CLEAR = 10
"""A word is clearly more frequent than another if this many times as many passages hold it."""

# What is meant as typed: quotations; tokens with digits, addresses and paths; names with dots. Then, words.
_PARTS = re.compile(
    r"""
    "[^"]*" | “[^”]*” | (?<!\S)\S*[\d@/\\_]\S* | (?<!\w)\w+(?:\.\w+)+
    | (?<!\w)(?P<word>[^\W\d_]++)(?!['’]t\b|[\u0300-\u036f])
    """,
    re.VERBOSE,
)


def correct_spelling(question: str, library: Library) -> str:
    """Return the question with its misspelt words replaced; all other characters stay as they are.

    A word is misspelt if neither the library nor an English dictionary has it, and one word of the library is
    clearly nearest to it. A question that would become too long stays as it is.
    """
    words = {match["word"]: match.start() for match in _PARTS.finditer(question) if _is_candidate(match["word"])}
    if len(words) > MOST_WORDS:
        return question
    read_as = {}
    for word, start in words.items():
        has_capital = word[0].isupper() and start > 0 and question != question.upper()
        suggestion = _choose(word, library.suggest_words(word, CONSIDERED), is_name=has_capital)
        if suggestion and not is_english(word.lower()):  # asked last: it reads the dictionary
            read_as[word] = _with_capitals_of(word, suggestion)
    corrected = _PARTS.sub(lambda match: read_as.get(match["word"], match[0]), question)
    return corrected if len(corrected) <= MAX_QUESTION_CHARACTERS else question


def _is_candidate(word: str | None) -> bool:
    return word is not None and len(word) >= SHORTEST and word.lower() not in STOP_WORDS


def _choose(word: str, suggestions: Sequence[Suggestion], *, is_name: bool) -> str:
    """Return the suggestion that is clearly best, "" if there is none.

    At the same distance, those that keep all the letters that were typed are nearer: most slips leave letters out
    or exchange them.
    """
    if not suggestions:
        return ""
    nearness = {one: (one.distance, _lost_letters(word, one.word)) for one in suggestions}
    nearest = [one for one in suggestions if nearness[one] == min(nearness.values())]
    best, *others = sorted(nearest, key=lambda one: -one.passages)
    if any(best.passages < CLEAR * other.passages for other in others):
        return ""
    if is_name or best.word[0].isupper():
        distance, lost = nearness[best]
        if distance > 1 or len(word) < (SHORTEST_NAME if lost else SHORTEST_KEPT_NAME):
            return ""
    return best.word


def _lost_letters(word: str, suggestion: str) -> int:
    """Return how many letters of the word the suggestion does not have."""
    return (Counter(word.lower()) - Counter(suggestion.lower())).total()


def _with_capitals_of(typed: str, word: str) -> str:
    if typed.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if typed[0].isupper() else word
