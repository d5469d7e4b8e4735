"""Tokens are counted as the tokenizer counts them, whatever the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from embeddings import token_counter
from embeddings.encoder import BUNDLED
from embeddings.token_counter import TokenCounter

FILE = BUNDLED / "tokenizer.json"
COUNTER = TokenCounter(FILE)
TOKENIZER = Tokenizer.from_file(str(FILE))
TOKENIZER.no_truncation()
TOKENIZER.no_padding()

ODD = [
    "don't",
    "e\u0301té",
    "\u0301",
    "a\x1cb",
    "a\x85b",
    "\0",
    "a\u2028b",
    "a\u00a0b",
    "日本語",
    "[SEP]",
    "x" * 101,
    "—",
    "«q»",
]
PIECES = st.one_of(
    st.sampled_from([*ODD, " ", "\t", "\r\n", ".", "...", "harbour", "1931", "U.S."]), st.text(max_size=8)
)


def expected(texts: list[str]) -> list[int]:
    return [len(TOKENIZER.encode(text, add_special_tokens=False).ids) for text in texts]


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=4))
def test_counts_equal_those_of_the_tokenizer(texts: list[str]) -> None:
    assert COUNTER.count(texts) == expected(texts)
    assert COUNTER.count(texts) == expected(texts)  # now from memory


def test_counts_stay_right_when_the_cache_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_counter, "CACHED_WORDS", 3)
    counter = TokenCounter(FILE)
    for text in ("one harbour unrebuilt", "harbour two three", "one two three four five sixths", "one"):
        assert counter.count([text]) == expected([text])


def test_other_tokenizers_get_whole_texts(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.BPE(vocab={" ": 0, "a": 1, "b": 2}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert TokenCounter(tmp_path / "tokenizer.json").count(["aab", "a b", ""]) == [3, 2, 0]
