"""Count the tokens of texts, with a cache of the counts of words: faster than tokenizing the texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["TokenCounter"]

CACHED_WORDS = 500_000
"""The most words in the cache, of about 100 bytes each."""
_WORDS_AT_ONCE = 1000
"""The number of words to tokenize as one text: much of the time is the overhead of each text."""

# BERT's normalizer and pre-tokenizer split at white space and punctuation; each punctuation mark is one token.
# Other white space, control characters and marks outside ASCII stay in the words, for the tokenizer.
_WORD = re.compile(r"[^ \t\n\r!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")


class TokenCounter:
    """Counts tokens, without special tokens and without truncation. Many threads may count at once.

    The counts are always those of the tokenizer. If it splits words as BERT does, the count of a text is the sum
    over its words, most of which are in the cache; another tokenizer tokenizes the whole texts.
    """

    def __init__(self, file: Path) -> None:
        """Read a ``tokenizer.json``."""
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._by_words = _splits_as_bert(json.loads(file.read_text("utf-8")))
        added = self._tokenizer.get_added_tokens_decoder().values()
        self._added = re.compile("|".join(re.escape(token.content) for token in added) or r"(?!)")
        self._cache: dict[str, int] = {}

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""
        if not self._by_words or any(map(self._added.search, texts)):
            return [len(encoding.ids) for encoding in self._encode(texts)]
        words = [_WORD.findall(text) for text in texts]
        counts = self._counts(set(chain.from_iterable(words)))
        return [sum(map(counts.__getitem__, own)) for own in words]

    def _counts(self, words: set[str]) -> dict[str, int]:
        """Return a dictionary with the counts of at least these words."""
        cache = self._cache
        if new := [word for word in words if word not in cache]:
            if len(cache) + len(new) > CACHED_WORDS:
                cache = self._cache = {}  # other threads keep using the old one
                new = list(words)
            cache.update(zip(new, self._count_words(new), strict=True))
        return cache

    def _count_words(self, words: Sequence[str]) -> Iterable[int]:
        pages = [words[first : first + _WORDS_AT_ONCE] for first in range(0, len(words), _WORDS_AT_ONCE)]
        for page, encoding in zip(pages, self._encode([" ".join(page) for page in pages]), strict=True):
            starts = np.cumsum([0, *(len(word) + 1 for word in page)])
            tokens = np.array([start for start, _ in encoding.offsets], dtype=np.int64)
            yield from np.histogram(tokens, starts)[0].tolist()

    def _encode(self, texts: Sequence[str]) -> Sequence[Any]:
        encodings: Sequence[Any] = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return encodings


def _splits_as_bert(settings: Any) -> bool:
    kinds = [(settings[part] or {}).get("type") for part in ("normalizer", "pre_tokenizer", "model")]
    return kinds == ["BertNormalizer", "BertPreTokenizer", "WordPiece"]
