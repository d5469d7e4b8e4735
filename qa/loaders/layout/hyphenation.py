"""Undo hyphenation at the ends of lines, without touching the hyphens that belong to a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import cached_property, lru_cache

__all__ = ["Hyphenation", "english_words"]

_LEFT = re.compile(r"([^\W\d_]+)[-\xad‐]\Z")
_RIGHT = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_ENDINGS = ("'s", "s", "es", "ed", "d", "ing", "ly", "er", "ers", "ness")
_PREFIXES = frozenset(
    "all anti co counter cross ex far full half high ill low mid multi neo non off on over part post pre pro quasi "
    "re self semi sub super too two three four five un well".split()
)
"""First parts of compounds: they keep the hyphen even before a word that is not known."""
_VOWELS = "aeiou"
SOFT_HYPHEN = "\xad"


class Hyphenation:
    """Decides at the end of a line whether its hyphen belongs to the word.

    :param texts: returns the texts of the document's lines, whose words tell how the document writes them.
    """

    def __init__(self, texts: Callable[[], Iterable[str]], words: Collection[str] | None = None) -> None:
        self._texts = texts
        self._known = words

    @cached_property
    def _document(self) -> frozenset[str]:
        """The words of the document but for those that are broken."""
        return frozenset(word for text in self._texts() for word in _WORD.findall(text.lower()) if len(word) > 3)

    @property
    def _words(self) -> Collection[str]:
        return english_words() if self._known is None else self._known

    def join(self, before: str, after: str) -> str:
        """Return what stands for the line end between two texts: text to add, after ``before`` as it is returned.

        :return: ``before`` with its continuation's separator: a space, nothing, or nothing without the hyphen.
        """
        if before.endswith(SOFT_HYPHEN):
            return before[:-1]
        left, right = _LEFT.search(before), _RIGHT.match(after)
        if not left or not right:
            return (
                before if before.endswith(("-", "‐")) and right is None and _is_open(before) else _spaced(before)
            )
        return before if self._belongs(left[1], right[0], before[: left.start()]) else before[:-1]

    def _belongs(self, left: str, right: str, context: str) -> bool:
        """Return whether the hyphen between the two parts belongs to the word."""
        if not right[0].islower() or context.endswith(("-", "‐")):
            return True  # Anglo-Saxon, state-of-the-art
        left, right = left.lower(), right.lower()
        if f"{left}-{right}" in self._document:
            return True
        if f"{left}{right}" in self._document:
            return False
        if left in _PREFIXES and left[-1] in _VOWELS and right[0] in _VOWELS:
            return True  # co-operative
        if self._is_word(f"{left}{right}"):
            return False
        if "-" in right or left in _PREFIXES:
            return True
        return len(left) > 2 and self._is_word(left) and self._is_word(right)

    def _is_word(self, word: str) -> bool:
        if word in self._words:
            return True
        stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
        return any(len(stem) > 2 and (stem in self._words or f"{stem}e" in self._words) for stem in stems)


def _is_open(before: str) -> bool:
    """Return whether a hyphen ends a word or a number (COVID-19), rather than being a dash."""
    return len(before) > 1 and not before[-2].isspace()


def _spaced(before: str) -> str:
    return f"{before} "


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Return the whole words of the embedder's vocabulary, in lower case."""
    from embeddings.encoder import packaged_folder

    vocabulary = packaged_folder() / "vocab.txt"
    lines = vocabulary.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line.isalpha() and len(line) > 1)
