"""Recognise text that is not what the page shows, because its fonts do not say which letters they draw."""

from __future__ import annotations

import re

from qa.loaders.layout.hyphenation import english_words

__all__ = ["is_legible"]

_STRANGE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_TOKEN = re.compile(r"\S+")
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
_VOWELS = re.compile(r"[aeiouyAEIOUY]")
MAX_CHARACTERS = 800
MAX_STRANGE = 0.2
_MIN_WORDS = 15
_MIN_KNOWN = 0.1
_MIN_VOWELS = 0.25
_MIXED = re.compile(r"[A-Za-z][^A-Za-z\s'’.,:/-]+[A-Za-z]")
_MAX_MIXED = 0.3


def is_legible(text: str) -> bool:
    """Return whether the text of a page can be words.

    It is not if many of its characters stand for nothing, or if hardly any of its words is known while they lack
    vowels or have signs inside of them, as when all letters are exchanged for others.
    """
    sample = text[:MAX_CHARACTERS]
    if len(_STRANGE.findall(sample)) > MAX_STRANGE * len(sample):
        return False
    words = _LATIN_WORD.findall(sample)
    known = english_words()
    if len(words) < _MIN_WORDS or sum(word.lower() in known for word in words) >= _MIN_KNOWN * len(words):
        return True
    letters = "".join(words)
    mixed = sum(bool(_MIXED.search(token)) for token in _TOKEN.findall(sample))
    return len(_VOWELS.findall(letters)) >= _MIN_VOWELS * len(letters) and mixed < _MAX_MIXED * len(words)
