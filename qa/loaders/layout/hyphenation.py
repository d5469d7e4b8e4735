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
    """
    all anti co counter cross ex far full half high ill low mid multi neo non off on over part post pre pro quasi
    re self semi sub super too two three four five un well
    """.split()
)
"""First parts of compounds: they keep the hyphen even before a word that is not known."""
_VOWELS = "aeiou"
_HYPHENS = ("-", "‐")
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
        return frozenset(_WORD.findall("\n".join(self._texts()).lower()))

    @property
    def _words(self) -> Collection[str]:
        return english_words() if self._known is None else self._known

    def join(self, before: str, after: str) -> str:
        """Return the text before a line end, ready for the text after it to be added.

        It ends with a space or, if a word or a number goes on, without one: with its hyphen if that belongs to it.
        """
        if before.endswith(SOFT_HYPHEN):
            return before[:-1]
        if not before.endswith(_HYPHENS) or before[-2:-1].isspace() or len(before) == 1:
            return f"{before} "
        left, right = _LEFT.search(before), _RIGHT.match(after)
        if not left or not right:
            return before  # COVID-19
        return before if self._belongs(left[1], right[0], before[: left.start()]) else before[:-1]

    def _belongs(self, left: str, right: str, context: str) -> bool:
        """Return whether the hyphen between the two parts belongs to the word."""
        if not right[0].islower() or context.endswith(_HYPHENS):
            return True  # Anglo-Saxon, state-of-the-art
        left, right = left.lower(), right.lower()
        if f"{left}-{right}" in self._document or f"{left}{right}" in self._document:
            return f"{left}-{right}" in self._document
        if left in _PREFIXES and left[-1] in _VOWELS and right[0] in _VOWELS:
            return True  # co-operative
        if self._is_word(f"{left}{right}"):
            return False
        is_compound = len(left) > 2 and self._is_word(left) and self._is_word(right)
        return is_compound or "-" in right or left in _PREFIXES

    def _is_word(self, word: str) -> bool:
        if word in self._words:
            return True
        stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
        return any(len(stem) > 2 and (stem in self._words or f"{stem}e" in self._words) for stem in stems)


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Return the whole words of the embedder's vocabulary, in lower case."""
    from embeddings.encoder import BUNDLED

    try:
        lines = (BUNDLED / "vocab.txt").read_text("utf-8").splitlines()
    except OSError:
        return frozenset()  # the words of the document must do
    return frozenset(line for line in lines if line.isalpha() and len(line) > 1)
