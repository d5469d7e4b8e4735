"""Token counts of texts, faster than by tokenizing them: a word that was counted once is looked up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["TokenCounter"]

MAX_WORDS = 500_000
"""Words that are remembered; at some 100 bytes each."""
_AT_ONCE = 1000
"""Words that are tokenized as one text: much of the time goes into making the result of each text."""

# BERT's normalizer and pre-tokenizer split at white space and at punctuation, each mark of which is one token.
# Other white space, control characters and marks beyond ASCII stay in the words, and are left to the tokenizer.
_WORD = re.compile(r"[^ \t\n\r!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")


class TokenCounter:
    """Counts tokens, special tokens left out, nothing truncated. Many threads may count at once.

    The counts are always those of the tokenizer. Where it splits words as BERT does, the count of a text is the
    sum over its words, most of which came before; other tokenizers get the whole texts.
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
        self._known: dict[str, int] = {}

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""
        if not self._by_words or any(map(self._added.search, texts)):
            return [len(encoding.ids) for encoding in self._encode(texts)]
        words = [_WORD.findall(text) for text in texts]
        known = self._knowing(set(chain.from_iterable(words)))
        return [sum(map(known.__getitem__, found)) for found in words]

    def _knowing(self, words: set[str]) -> dict[str, int]:
        """Return a dictionary that holds the counts of at least these words."""
        known = self._known
        if new := [word for word in words if word not in known]:
            if len(known) + len(new) > MAX_WORDS:
                known = self._known = {}  # another thread goes on with the one that it holds
                new = list(words)
            known.update(zip(new, self._count_words(new), strict=True))
        return known

    def _count_words(self, words: Sequence[str]) -> Iterable[int]:
        pages = [words[first : first + _AT_ONCE] for first in range(0, len(words), _AT_ONCE)]
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
