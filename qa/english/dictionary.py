"""The English words that are spelt right, as far as a dictionary of 82,765 lists them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["is_english"]


def is_english(word: str) -> bool:
    """Return whether the dictionary lists the word, which is given in lower case. It has few names."""
    return word in _words()


@cache
def _words() -> frozenset[str]:
    """Read the frequency dictionary of SymSpell: words of SCOWL's lists that Google's n-grams contain."""
    lines = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig").splitlines()
    return frozenset(line.partition(" ")[0] for line in lines)
