"""A text as its words, in a form that typography and the style of a newspaper do not change."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.english.numerals import NUMERALS

__all__ = ["Wording", "is_number"]

SHINGLE = 3
"""Words of a shingle: few, so that light editing leaves many of them as they were."""

UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Thai, Japanese and Chinese: scripts without spaces between words are taken apart into characters."""
WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{UNSPACED}]|[^\W\d_{UNSPACED}]+|\w")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True)
class Wording:
    """The words of a text, in lower case, without punctuation and with numbers in digits."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Wording:
        """Return the words of a text."""
        folded = unicodedata.normalize("NFKC", text.replace(SOFT_HYPHEN, "")).casefold()
        words = WORD.findall(THOUSANDS.sub("", folded))
        return cls(tuple(NUMERALS.get(word, word) for word in words))

    @cached_property
    def shingles(self) -> frozenset[str]:
        """All sequences of three words that follow each other; the whole of a text with fewer words."""
        return frozenset(shingles_of(self.words))

    def first(self, words: int) -> Wording:
        """Return the beginning of the text."""
        return self if len(self.words) <= words else Wording(self.words[:words])

    def shared_with(self, other: Wording) -> int:
        """Return how many of the words stand in a shingle that the other text has, too."""
        covered = bytearray(len(self.words))
        for start, shingle in enumerate(shingles_of(self.words)):
            if shingle in other.shingles:
                covered[start : start + SHINGLE] = b"\1" * min(SHINGLE, len(covered) - start)
        return sum(covered)


def is_number(word: str) -> bool:
    """Return whether a word of a wording is a number."""
    return word[0].isdigit()


def shingles_of(words: Sequence[str]) -> list[str]:
    """Return the shingles in their order."""
    count = max(1, len(words) - SHINGLE + 1) if words else 0
    return [" ".join(words[start : start + SHINGLE]) for start in range(count)]
