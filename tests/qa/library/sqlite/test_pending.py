"""Articles whose vectors follow: found by their words at once, by their vectors as these come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.errors import LibraryError
from qa.library.base import IndexedArticle
from qa.library.sqlite.library import SqliteLibrary
from qa.types import EmbeddingState, Filters
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, downgrade, ids_of, indexed, unit

A, B = indexed("a", "foxes and dogs run", size=6), indexed("b", "owls sleep", tags=("t",))
VECTORS = np.concatenate([A.vectors, B.vectors])


def bare(made: IndexedArticle) -> IndexedArticle:
    return replace(made, vectors=None)


@pytest.fixture
def pending(library: SqliteLibrary) -> SqliteLibrary:
    """A and B, passages 1 to 4, without vectors."""
    library.put([bare(A), bare(B)])
    return library


def test_words_are_found_before_there_are_vectors(pending: SqliteLibrary) -> None:
    assert [id_ for id_, _ in pending.search_lexical("owls", 5)] == [4]
    assert pending.search_dense(unit(1)[0], 5) == []
    assert pending.score_dense(unit(1)[0], [1, 2]) == {}
    assert pending.embedding_state() == EmbeddingState(passages=4, embedded=0)
    assert (pending.pending(2), pending.pending(9)) == ([1, 2], [1, 2, 3, 4])
    health = pending.doctor()
    assert health.healthy
    assert (health.passages, health.vectors, health.pending) == (4, 0, 4)


def test_vectors_that_follow_are_searched_like_any(pending: SqliteLibrary) -> None:
    generation = pending.generation
    pending.search_dense(unit(1)[0], 1)  # the index is in memory from here on
    assert pending.put_vectors([4, 2], VECTORS[[3, 1]]) == 2
    assert pending.generation == generation + 1
    assert [id_ for id_, _ in pending.search_dense(VECTORS[1], 5)] == [2, 4]
    assert pending.search_dense(VECTORS[1], 5, Filters(tags=("t",)))[0][0] == 4
    assert pending.pending(9) == [1, 3]
    assert pending.embedding_state().pending == 2
    assert pending.put_vectors([1, 3], VECTORS[[0, 2]]) == 2
    assert pending.pending(9) == []

    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as whole:
        whole.put([A, B])
        assert pending.search_dense(unit(5)[0], 9) == whole.search_dense(unit(5)[0], 9)
    assert pending.doctor().healthy


def test_only_what_waits_gets_a_vector(pending: SqliteLibrary) -> None:
    pending.put_vectors([1], VECTORS[:1])
    generation = pending.generation
    assert pending.put_vectors([1, 999], unit(7, count=2)) == 0
    assert pending.put_vectors([], VECTORS[:0]) == 0
    assert pending.generation == generation
    pending.remove([A.article.id])
    assert pending.pending(9) == [4]
    assert pending.put_vectors([1, 2, 3, 4], VECTORS) == 1
    assert len(pending.search_dense(unit(1)[0], 9)) == 1
    assert pending.doctor().healthy


def test_an_update_waits_anew(pending: SqliteLibrary) -> None:
    pending.put_vectors([1, 2, 3, 4], VECTORS)
    pending.search_dense(unit(1)[0], 1)
    pending.put([bare(indexed("a", "wolves"))])
    assert [id_ for id_, _ in pending.search_dense(unit(1)[0], 9)] == [4]
    assert pending.pending(9) == ids_of(pending, indexed("a", "wolves"))
    assert pending.doctor().healthy


@pytest.mark.parametrize(
    "vectors", [VECTORS[:1], VECTORS[:2, :4], np.full((2, DIMENSION), np.nan, dtype=np.float32)]
)
def test_vectors_that_do_not_fit_change_nothing(pending: SqliteLibrary, vectors: np.ndarray) -> None:
    with pytest.raises(LibraryError, match="vectors"):
        pending.put_vectors([1, 2], vectors)
    assert pending.embedding_state().embedded == 0
    assert pending.doctor().healthy


def test_vectors_of_another_encoder_are_refused(folder: Path) -> None:
    with SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION) as library:
        library.put([bare(A)])
        with SqliteLibrary.open(folder, encoder=None) as other:
            other.renew_vectors("toy:2", DIMENSION)
        with pytest.raises(LibraryError, match="toy:2"):
            library.put_vectors([1], VECTORS[:1])


def test_one_lease_at_a_time_across_openings(pending: SqliteLibrary, folder: Path) -> None:
    with pending.claim_pending(2, 60) as leased, pending.claim_pending(9, 60) as others:
        assert (leased, others) == ([1, 2], [])
    with pending.claim_pending(9, 60) as leased:
        assert leased == [1, 2, 3, 4]


def test_a_library_from_before_opens_unharmed(folder: Path) -> None:
    with SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION) as library:
        library.put([A, B])
    downgrade(folder, 2)
    with SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION) as library:
        health = library.doctor()
        assert health.healthy
        assert (health.vectors, health.pending) == (4, 0)
        library.put([bare(indexed("c"))])
        assert library.put_vectors(library.pending(9), unit(9)) == 1
        assert len(library.search_dense(unit(1)[0], 9)) == 5
        assert library.doctor().healthy
