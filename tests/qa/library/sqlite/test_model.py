"""Any sequence of adds, embeddings, updates, removals and reopenings agrees with a dictionary."""

import re
import shutil
import sqlite3
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from embeddings.encoder import Vectors
from qa.library.base import IndexedArticle
from qa.library.sqlite.library import SqliteLibrary
from qa.library.sqlite.vectors import round_vectors
from qa.types import Passage
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed, unit

WORDS = ["fox", "dog", "cat", "owl", "bee", "שלום", "zoë", "😀"]
SOURCES = st.sampled_from(["a", "b", "c", "d", "e"])
TEXTS = st.lists(st.sampled_from([*WORDS, "\r\n", "\t"]), min_size=1, max_size=8).map(" ".join)


class LibraryMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.library = self.open()
        self.model: dict[str, IndexedArticle] = {}
        self.pending: set[Passage] = set()

    def open(self) -> SqliteLibrary:
        return SqliteLibrary.open(self.folder / "library", encoder=ENCODER, dimension=DIMENSION)

    @rule(
        texts=st.dictionaries(SOURCES, TEXTS, min_size=1, max_size=3),
        size=st.integers(4, 20),
        seed=st.integers(0, 9),
        later=st.booleans(),
    )
    def put(self, texts: dict[str, str], size: int, seed: int, later: bool) -> None:
        made = {source: indexed(source, text, size=size, seed=seed, title="zoo") for source, text in texts.items()}
        self.library.put(replace(one, vectors=None) if later else one for one in made.values())
        self.model |= made
        passages = {passage for one in made.values() for passage in one.passages}
        self.pending = {one for one in self.pending if one.article_id not in {p.article_id for p in passages}}
        self.pending |= passages if later else set()

    @rule(k=st.integers(1, 6), elsewhere=st.booleans())
    def embed(self, k: int, elsewhere: bool) -> None:
        """Some pending passages get their vectors, from this process or another."""
        vectors = dict(self.vectors())
        with self.open() if elsewhere else nullcontext(self.library) as library:
            found = library.passages(library.pending(k))
            assert len(found) == min(k, len(self.pending))
            wanted = [vectors[one.passage] for one in found.values()]
            assert library.put_vectors(list(found), np.array(wanted).reshape(-1, DIMENSION)) == len(found)
        self.pending -= {one.passage for one in found.values()}

    def vectors(self) -> Iterator[tuple[Passage, Vectors]]:
        for made in self.model.values():
            assert made.vectors is not None
            yield from zip(made.passages, made.vectors, strict=True)

    @rule(sources=st.sets(SOURCES, max_size=3))
    def remove(self, sources: set[str]) -> None:
        ids = [indexed(source).article.id for source in sources]
        assert self.library.remove(ids) == len(sources & self.model.keys())
        for source in sources & self.model.keys():
            self.pending -= set(self.model.pop(source).passages)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = self.open()

    @rule(seed=st.integers(0, 5), k=st.integers(1, 30))
    def search_dense(self, seed: int, k: int) -> None:
        vector = unit(seed)[0]
        vectors = {passage: one for passage, one in self.vectors() if passage not in self.pending}
        expected = sorted((float(one @ vector) for one in vectors.values()), reverse=True)[:k]
        found = self.library.search_dense(vector, k)
        assert [score for _, score in found] == pytest.approx(expected, abs=2e-3)
        stored = self.library.passages([id_ for id_, _ in found])
        assert len(stored) == len(found)
        for id_, score in found:
            assert vectors[stored[id_].passage] @ vector == pytest.approx(score, abs=2e-3)

    @rule(words=st.sets(st.sampled_from(WORDS[:-1]), min_size=1, max_size=3))
    def search_lexical(self, words: set[str]) -> None:
        expected = {
            passage
            for made in self.model.values()
            for passage in made.passages
            if set(_words(" ".join(words))) & set(_words(made.article.text[passage.start : passage.end]))
        }
        found = self.library.search_lexical(" ".join(words), 1000)
        stored = self.library.passages([id_ for id_, _ in found])
        assert {one.passage for one in stored.values()} == expected
        assert len(found) == len(expected)

    @invariant()
    def listing_agrees(self) -> None:
        counts = {info.source: (info.passages, info.characters) for info in self.library.articles()}
        assert counts == {s: (len(made.passages), len(made.article.text)) for s, made in self.model.items()}
        assert {article.source: article for article in self.library.iter_articles()} == {
            source: made.article for source, made in self.model.items()
        }

    @invariant()
    def rows_agree(self) -> None:
        total = sum(len(made.passages) for made in self.model.values())
        connection = sqlite3.connect(self.folder / "library" / "library.db")
        expected_rows = {"passages": total, "passage_words_docsize": total}
        expected_rows |= {"vectors": total - len(self.pending), "pending_vectors": len(self.pending)}
        for table, rows in expected_rows.items():
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,)
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, passage_words, row)")
        indexed_words = dict(connection.execute("SELECT term, doc FROM vocabulary"))
        connection.close()
        expected = Counter(
            word
            for made in self.model.values()
            for passage in made.passages
            for word in {"zoo", *_words(made.article.text[passage.start : passage.end])}
        )
        assert sum(indexed_words.values()) == sum(expected.values())
        assert indexed_words.get("fox", 0) == expected["fox"]

    def teardown(self) -> None:
        assert self.library.doctor().healthy
        self.library.close()
        shutil.rmtree(self.folder)


def _words(text: str) -> list[str]:
    """The words as unicode61 cuts them: without accents."""
    return re.findall(
        r"\w+", "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    )


TestLibraryMachine = LibraryMachine.TestCase
TestLibraryMachine.settings = settings(max_examples=25, stateful_step_count=15)


def test_vectors_lose_little_in_storage() -> None:
    vectors = unit(3, count=200, dimension=384)
    rounded = round_vectors(vectors)
    assert np.abs(vectors @ vectors.T - rounded @ rounded.T).max() < 5e-4
