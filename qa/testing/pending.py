"""Tests of pending passages, leases, a change of the encoder, and the generation that counts changes."""

from __future__ import annotations

import time
from contextlib import closing
from typing import ClassVar

import numpy as np
import pytest

from embeddings.encoder import Vectors
from qa.errors import LibraryError
from qa.library.base import Library
from qa.testing.material import DIMENSION, ENCODER, indexed, passage_ids, unit, without_vectors
from qa.testing.processes import child
from qa.testing.store import StoreTests
from qa.types import EmbeddingState, Filters

__all__ = ["FollowingTests", "GenerationTests", "LeaseTests"]

A, B = indexed("a", "foxes and dogs run", size=6), indexed("b", "owls sleep", tags=("t",))
VECTORS = np.concatenate([unit(1, count=len(A.passages)), unit(2, count=len(B.passages))])


class FollowingTests(StoreTests):
    """Passages without vectors are found by their words at once, and by their vectors as these are put."""

    @pytest.fixture
    def ids(self, library: Library) -> list[int]:
        """The passages of A (three) and B (one), all of them pending."""
        library.put(without_vectors(A, B))
        return passage_ids(library, A, B)

    def test_words_are_found_before_there_are_vectors(self, library: Library, ids: list[int]) -> None:
        assert [id_ for id_, _ in library.search_lexical("owls", 5)] == ids[3:]
        assert library.search_dense(unit(1)[0], 5) == []
        assert library.score_dense(unit(1)[0], ids) == {}
        assert library.embedding_state() == EmbeddingState(passages=4, embedded=0)
        assert [library.pending(k) for k in (2, 9, 0)] == [ids[:2], ids, []]
        assert library.doctor().healthy

    def test_vectors_that_follow_are_searched_like_any(self, library: Library, ids: list[int]) -> None:
        library.search_dense(unit(1)[0], 1)
        generation = library.generation
        assert library.put_vectors([ids[3], ids[1]], VECTORS[[3, 1]]) == 2
        assert library.generation > generation
        assert [id_ for id_, _ in library.search_dense(VECTORS[1], 5)] == [ids[1], ids[3]]
        assert [id_ for id_, _ in library.search_dense(VECTORS[1], 5, Filters(tags=("t",)))] == [ids[3]]
        assert library.pending(9) == [ids[0], ids[2]]
        assert library.embedding_state().pending == 2
        assert library.put_vectors([ids[0], ids[2]], VECTORS[[0, 2]]) == 2
        assert library.pending(9) == []
        vector = unit(5)[0]
        assert dict(library.search_dense(vector, 9)) == pytest.approx(
            dict(zip(ids, (VECTORS @ vector).tolist(), strict=True)), abs=2e-3
        )
        assert library.doctor().healthy

    def test_only_pending_passages_get_a_vector(self, library: Library, ids: list[int]) -> None:
        library.put_vectors(ids[:1], VECTORS[:1])
        generation = library.generation
        assert library.put_vectors([ids[0], 10**9], unit(7, count=2)) == 0
        assert library.put_vectors([], VECTORS[:0]) == 0
        assert library.generation == generation
        assert library.score_dense(VECTORS[0], ids)[ids[0]] == pytest.approx(1, abs=2e-3)
        library.remove([A.article.id])
        assert library.pending(9) == ids[3:]
        assert library.put_vectors(ids, VECTORS) == 1
        assert len(library.search_dense(unit(1)[0], 9)) == 1
        assert library.doctor().healthy

    def test_an_update_makes_passages_pending_again(self, library: Library, ids: list[int]) -> None:
        library.put_vectors(ids, VECTORS)
        library.search_dense(unit(1)[0], 1)
        changed = indexed("a", "wolves")
        library.put(without_vectors(changed))
        assert [id_ for id_, _ in library.search_dense(unit(1)[0], 9)] == ids[3:]
        assert library.pending(9) == passage_ids(library, changed)
        assert library.put_vectors(ids[:1], VECTORS[:1]) == 0
        assert library.doctor().healthy

    @pytest.mark.parametrize(
        "vectors", [VECTORS[:1], VECTORS[:2, :4], np.full((2, DIMENSION), np.nan, dtype=np.float32)]
    )
    def test_vectors_that_do_not_fit_change_nothing(
        self, library: Library, ids: list[int], vectors: Vectors
    ) -> None:
        with pytest.raises(LibraryError, match="vectors"):
            library.put_vectors(ids[:2], vectors)
        assert library.embedding_state().embedded == 0

    def test_renewing_drops_all_vectors_for_another_encoder(self, library: Library, ids: list[int]) -> None:
        library.put_vectors(ids[:2], VECTORS[:2])
        library.search_dense(unit(1)[0], 1)
        library.renew_vectors("other:2", 3)
        assert (library.encoder, library.dimension, library.pending(9)) == ("other:2", 3, ids)
        texts = [stored.embedded_text for stored in library.passages(ids).values()]
        assert library.put_vectors(ids, np.array([[len(text), 1, 0] for text in texts], dtype=np.float32)) == 4
        first = np.array([1, 0, 0], dtype=np.float32)
        assert library.score_dense(first, ids) == dict(zip(ids, map(len, texts), strict=True))
        assert len(library.search_dense(first, 9)) == 4
        with pytest.raises(LibraryError):
            library.put([indexed("d")])
        assert library.doctor().healthy

    def test_one_lease_at_a_time(self, library: Library, ids: list[int]) -> None:
        with library.claim_pending(2, 60) as leased:
            assert leased == ids[:2]
            with library.claim_pending(9, 60) as others:
                assert not set(leased) & set(others)
            library.put_vectors(leased[:1], VECTORS[:1])
        with library.claim_pending(9, 60) as leased:
            assert leased == ids[1:]

    def test_a_lease_ends_with_an_error(self, library: Library, ids: list[int]) -> None:
        with pytest.raises(KeyboardInterrupt), library.claim_pending(9, 60):
            raise KeyboardInterrupt
        with library.claim_pending(9, 60) as leased:
            assert leased == ids

    def test_nothing_is_leased_when_nothing_is_pending(self, library: Library) -> None:
        library.put([A])
        with library.claim_pending(9, 60) as leased:
            assert leased == []


class LeaseTests(StoreTests):
    """Leases hold across handles and processes, and end when their holder is killed."""

    lease_seconds: ClassVar[float] = 2.0
    """How long the lease of a process that is killed lasts; a store may notice earlier."""
    patience: ClassVar[float] = 60.0
    """Seconds after which the lease must have ended."""

    def test_another_handle_leases_other_passages(self, library: Library, address: str) -> None:
        library.put(without_vectors(A, B))
        ids = passage_ids(library, A, B)
        with closing(self.open(address)) as other:
            with library.claim_pending(2, 60) as leased, other.claim_pending(9, 60) as others:
                assert leased == ids[:2]
                assert not set(leased) & set(others)
            with other.claim_pending(9, 60) as others:
                assert others == ids

    def test_the_lease_of_a_killed_process_ends(self, library: Library, address: str) -> None:
        library.put(without_vectors(A, B))
        ids = passage_ids(library, A, B)
        with child(self.opener, "lease", address, str(self.lease_seconds)) as process:
            assert process.stdout
            held = set(map(int, process.stdout.readline().split()))
            assert held
            with library.claim_pending(9, 60) as leased:
                assert not set(leased) & held
            process.kill()
        deadline = time.monotonic() + self.patience
        while True:
            with library.claim_pending(9, 60) as leased:
                if leased == ids:
                    break
            assert time.monotonic() < deadline, f"only {leased} of {ids} can be leased"
            time.sleep(0.05)
        assert library.put_vectors(leased, VECTORS) == 4


class GenerationTests(StoreTests):
    """The generation grows with every change by any process, and changes are visible immediately."""

    def test_each_change_counts(self, library: Library) -> None:
        generations = [library.generation]
        for change in (
            lambda: library.put([indexed("a"), *without_vectors(indexed("b"))]),
            lambda: library.put([indexed("a", "changed")]),
            lambda: library.relabel(indexed("a", title="Another").article),
            lambda: library.put_vectors(library.pending(1), unit(1)),
            lambda: library.remove([indexed("a").article.id]),
            lambda: library.renew_vectors(ENCODER, DIMENSION),
        ):
            change()
            generations.append(library.generation)
        assert sorted(set(generations)) == generations

    def test_what_changes_nothing_does_not_count(self, library: Library) -> None:
        library.put([indexed("a")])
        generation = library.generation
        library.put([])
        library.remove(["none"])
        library.put_vectors([10**9], unit(1))
        library.search_lexical("text", 5)
        library.search_dense(unit(1)[0], 5)
        library.doctor()
        assert library.generation == generation

    def test_changes_by_another_handle_are_seen(self, library: Library, address: str) -> None:
        vector = unit(1)[0]
        library.put([A])
        library.search_dense(vector, 9)
        with closing(self.open(address)) as other:
            assert other.generation == library.generation
            other.put([B, *without_vectors(indexed("c", "newts"))])
            assert library.generation == other.generation
            assert [info.source for info in library.articles()] == ["a", "b", "c"]
            assert len(library.search_lexical("owls newts", 9)) == 2
            assert len(library.search_dense(vector, 9)) == 4
            library.remove([B.article.id])
            other.put_vectors(other.pending(9), unit(9))
            assert library.search_dense(vector, 9) == other.search_dense(vector, 9)
            assert len(library.search_dense(vector, 9)) == 4
            other.remove([A.article.id, indexed("c").article.id])
            assert library.search_dense(vector, 9) == library.search_lexical("newts", 9) == []
            assert library.doctor().healthy

    def test_another_encoder_is_noticed(self, library: Library, address: str) -> None:
        library.put(without_vectors(A))
        vector = unit(1)[0]
        with closing(self.open(address, None, create=False)) as other:
            other.renew_vectors("other:2", DIMENSION)
        for use in (
            lambda: library.put([B]),
            lambda: library.put_vectors(library.pending(1), vector[None]),
            lambda: library.search_dense(vector, 1),
            lambda: library.score_dense(vector, [1]),
        ):
            with pytest.raises(LibraryError, match="other:2"):
                use()
        assert len(library) == 1
