"""Pending passages, as far as SQLite decides: leases, and libraries of earlier versions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.library.base import IndexedArticle
from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, downgrade, indexed, unit

A, B = indexed("a", "foxes and dogs run", size=6), indexed("b", "owls sleep", tags=("t",))
VECTORS = np.concatenate([A.vectors, B.vectors])


def bare(made: IndexedArticle) -> IndexedArticle:
    return replace(made, vectors=None)


@pytest.fixture
def pending(library: SqliteLibrary) -> SqliteLibrary:
    """A and B, passages 1 to 4, without vectors."""
    library.put([bare(A), bare(B)])
    return library


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
