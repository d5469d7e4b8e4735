"""Small articles made ready to be stored."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import Vectors
from qa.library.base import IndexedArticle
from qa.types import Article, Passage

DIMENSION = 8
ENCODER = "toy:1"


def unit(*seed: int, count: int = 1, dimension: int = DIMENSION) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def indexed(source: str, text: str = "", *, size: int = 0, seed: int = 0, **fields: Any) -> IndexedArticle:
    """An article cut into passages of ``size`` characters (0: one passage), each under its title."""
    article = Article(text or f"The text of {source}.", source=source, **fields)
    step = size or max(1, len(article.text))
    starts = range(0, len(article.text), step)
    passages = [Passage(article.id, start, min(start + step, len(article.text))) for start in starts]
    vectors = unit(*source.encode(), seed, count=len(passages))
    return IndexedArticle(article, passages, [article.title] * len(passages), vectors)


def downgrade(folder: Path, version: int) -> None:
    """Make the schema of a library of today what it was in an earlier version."""
    undoing = {
        2: """
            DROP TABLE pending_vectors;
            DROP INDEX vectors_arrival;
            ALTER TABLE vectors DROP COLUMN generation;
            CREATE INDEX vectors_checksum ON vectors (checksum);
        """,
        1: "DROP TABLE feedback;",
    }
    connection = sqlite3.connect(folder / "library.db")
    for number, statements in undoing.items():
        connection.executescript(statements if number >= version else "")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


def ids_of(library: Any, article: IndexedArticle) -> list[int]:
    """The passage ids of an article that stands in the library, in its order."""
    found = library.passages(range(1, 10_000))
    return [id_ for id_, stored in found.items() if stored.passage.article_id == article.article.id]
