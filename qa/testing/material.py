"""What the tests of a store put into it: small articles, random vectors, texts of all kinds."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from hypothesis import strategies as st

from embeddings.encoder import Vectors
from qa.library.base import IndexedArticle, Library
from qa.types import Article, Passage

__all__ = ["DIMENSION", "ENCODER", "TEXTS", "corpus", "indexed", "passage_ids", "unit", "without_vectors"]

DIMENSION = 8
ENCODER = "toy:1"

SPECIAL = [
    "\r\n",
    "\t",
    "e\u0301",
    "שלום",
    "\u202e",
    "😀",
    "\u2028",
    "漢字",
    "ß",
    "İ",
    "\ufeff",
    "\x01",
    "'\"%_\\",
]
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.one_of(st.text(CHARACTERS), st.lists(st.sampled_from([*SPECIAL, "fox", " "]), max_size=12).map("".join))
"""Any text of an article, and texts rich in what stores get wrong: combining marks, bidirectional text, emoji."""


def unit(*seed: int, count: int = 1, dimension: int = DIMENSION) -> Vectors:
    """Return random unit vectors of shape ``(count, dimension)``, always the same for a seed."""
    vectors = np.random.default_rng(seed).normal(size=(count, dimension))
    unit_vectors: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit_vectors


def indexed(source: str, text: str = "", *, size: int = 0, seed: int = 0, **fields: Any) -> IndexedArticle:
    """Return an article in passages of ``size`` characters (0: one passage), with the title as their context."""
    article = Article(text or f"The text of {source}.", source=source, **fields)
    step = size or max(1, len(article.text))
    starts = range(0, len(article.text), step)
    passages = [Passage(article.id, start, min(start + step, len(article.text))) for start in starts]
    vectors = unit(*source.encode(), seed, count=len(passages)) if passages else unit(0)[:0]
    return IndexedArticle(article, passages, [article.title] * len(passages), vectors)


def without_vectors(*articles: IndexedArticle) -> list[IndexedArticle]:
    """Return the articles with their vectors to follow."""
    return [IndexedArticle(entry.article, entry.passages, entry.contexts) for entry in articles]


def passage_ids(library: Library, *articles: IndexedArticle) -> list[int]:
    """Return the ids of the passages of articles in the library, ascending."""
    return [stored.id for stored in library.passages_of([indexed.article.id for indexed in articles])]


def corpus(size: int = 100, questions: int = 100) -> tuple[list[IndexedArticle], list[str]]:
    """Return articles of two passages, with words as frequent as in a language, and questions about them."""
    chance = random.Random(0)
    stems = [
        "".join(chance.choices("bcdfglmnprst", k=2)) + chance.choice("aeiou") + chance.choice("lnrt")
        for _ in range(300)
    ]
    words = [stem + ending for stem in stems for ending in ("", "s", "ing", "ed")]
    weights = [1 / (rank + 1) for rank in range(len(words))]

    def sentence(length: int) -> str:
        return " ".join(chance.choices(words, weights, k=length))

    articles = []
    for number in range(size):
        text = sentence(chance.randrange(20, 80))
        articles.append(indexed(f"{number}", text, size=len(text) // 2 + 1, title=sentence(3)))
    return articles, [sentence(chance.randrange(1, 7)) for _ in range(questions)]
