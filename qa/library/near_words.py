"""Words that are worth a suggestion, and those of them that are spelt nearly like another one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from qa.library.base import Suggestion

__all__ = ["COUNTED", "allowed_edits", "find_near", "first_letters", "spelt_words", "to_suggestions"]

CANDIDATES = 30
"""The nearest spellings whose passages are counted."""
COUNTED = 1000
"""Passages are counted up to this number."""

# The words of FTS5's unicode61 tokenizer, as far as they are worth a suggestion.
_WORD = re.compile(r"(?<!\w)[^\W\d_]{4,40}(?!\w)")
_ACCENT = re.compile("[\u0300-\u036f]+")


def spelt_words(texts: Iterable[str]) -> set[str]:
    """Return the words of texts, but for those in scripts without capitals."""
    tokens = {token for text in texts for token in text.split()}  # each of them is matched once
    return {word for word in _WORD.findall(" ".join(tokens)) if word.lower() != word.upper()}


def allowed_edits(word: str) -> int:
    """Return how many letters of a word may be wrong: short words have too many neighbours."""
    if not _WORD.fullmatch(word) or word.lower() == word.upper() or len(word) < 5:
        return 0
    return 1 if len(word) < 9 else 2


def first_letters(word: str) -> list[str]:
    """Return what the spellings of a word begin with."""
    return sorted({word[0].lower(), word[0].upper()})


def find_near(word: str, spellings: Sequence[str], edits: int) -> dict[str, int]:
    """Return the nearest spellings with their distances, the nearest first.

    The distance is the optimal string alignment: letters inserted, left out, replaced or exchanged with their
    neighbour. At the same distance, a spelling with more of the word's letters is nearer, then one of its length.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    query = _folded(word)
    folded = _folded("\n".join(spellings)).split("\n")  # all at once is ten times as fast
    matches = process.extract(query, folded, scorer=OSA.distance, score_cutoff=edits, limit=None)
    ranked = sorted(
        (distance, (Counter(query) - Counter(text)).total(), abs(len(query) - len(text)), spellings[number])
        for text, distance, number in matches
    )
    return {spelling: int(distance) for distance, *_, spelling in ranked[:CANDIDATES]}


def to_suggestions(
    near: Mapping[str, int], held: Mapping[str, int], terms: Callable[[list[str]], list[list[str]]], k: int
) -> list[Suggestion]:
    """Return up to k suggestions, the best first; of several inflections of a word, the nearest one.

    :param near: the distances of spellings, the nearest first.
    :param held: how many passages hold them, for those that some do.
    :param terms: returns the terms of texts.
    """
    groups = defaultdict(list)
    words = [word for word in near if word in held]
    for word, stems in zip(words, terms(words), strict=True):
        groups[tuple(stems)].append(word)
    suggestions = [
        Suggestion(_uncapitalised(group), near[group[0]], max(map(held.__getitem__, group)))
        for group in groups.values()
    ]
    return sorted(suggestions, key=lambda one: (one.distance, -one.passages, one.word))[:k]


def _uncapitalised(group: Sequence[str]) -> str:
    """Return the first word; in lower case if it, or an inflection, is written so anywhere."""
    return group[0].lower() if any(word.islower() for word in group) else group[0]


def _folded(text: str) -> str:
    """Return the text in lower case and without accents."""
    lower = text.lower()
    return lower if lower.isascii() else _ACCENT.sub("", unicodedata.normalize("NFD", lower))
