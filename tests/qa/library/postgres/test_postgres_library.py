"""What the conformance tests do not ask: long words, the index over vectors, leases, and what doctor finds."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial

import numpy as np
import pytest

from embeddings.encoder import Vectors
from qa.indexing import embedder
from qa.indexing.embedder import embed_pending
from qa.library import open_library
from qa.library.postgres import nearest
from qa.library.postgres.postgres_library import PostgresLibrary, open_postgres
from qa.testing.material import DIMENSION, ENCODER, corpus, indexed, passage_ids, unit, without_vectors
from qa.types import Filters
from tests.postgres import Server
from tests.toys import CountingEncoder


class SlowEncoder(CountingEncoder):
    """Takes long enough for others to get their share."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        time.sleep(0.02)
        return super().encode(texts, progress)


def test_words_longer_than_a_row_of_an_index(library: PostgresLibrary) -> None:
    word = "".join(np.random.default_rng(1).choice(list("abcdefghijklmnopqrstuvwxyz0123456789"), 9000))
    library.put([indexed("a", f"A key: {word}."), indexed("b", "Another text.")])
    assert [id_ for id_, _ in library.search_lexical(word, 5)] == passage_ids(library, indexed("a"))
    assert library.doctor().healthy


def test_no_query_reaches_the_server_with_nul(library: PostgresLibrary) -> None:
    library.put([indexed("a", "foxes")])
    assert len(library.search_lexical("fox\0\ud800", 5)) == 1
    assert library.articles(Filters(tags=("\0",), articles=("\0",), sources=("[\0-\ud800]*",))) == []


def test_terms_that_no_passage_holds_any_more_are_not_found(library: PostgresLibrary) -> None:
    library.put([indexed("a", "foxes run"), indexed("b", "owls sleep")])
    library.remove([indexed("a").article.id])
    assert library.search_lexical("fox runs", 5) == []
    library.put([indexed("c", "foxes sleep")])
    assert len(library.search_lexical("fox", 5)) == 1
    assert library.doctor().healthy


class TestIndex:
    """The index over vectors gives what a comparison with all of them gives, or leaves it to that."""

    @pytest.fixture
    def library(self, library: PostgresLibrary, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresLibrary]:
        monkeypatch.setattr(nearest, "EXACT_LIMIT", 300)
        library.put(
            indexed(f"{number}", "some text in passages", size=3, tags=("few",) * (number % 25 == 7))
            for number in range(200)
        )
        return library

    def test_it_is_built_when_it_pays(self, library: PostgresLibrary, postgres: Server) -> None:
        library.optimize()
        library.optimize()
        query = f"SELECT indisvalid FROM pg_index WHERE indexrelid = '{library.schema}.vectors_nearest'::regclass"
        assert postgres.execute(query) == [(True,)]
        library.renew_vectors("other:2", 3)
        assert postgres.execute(f"SELECT to_regclass('{library.schema}.vectors_nearest')") == [(None,)]

    def test_few_vectors_need_none(self, library: PostgresLibrary, postgres: Server) -> None:
        library.remove([info.id for info in library.articles()][30:])
        library.optimize()
        assert postgres.execute(f"SELECT to_regclass('{library.schema}.vectors_nearest')") == [(None,)]

    @pytest.mark.parametrize("filters", [None, Filters(tags=("few",)), Filters(sources=("*[0-8]",))])
    def test_searches_find_the_same(self, library: PostgresLibrary, filters: Filters | None) -> None:
        exact = [library.search_dense(unit(seed)[0], 20, filters) for seed in range(20)]
        library.optimize()
        found = [library.search_dense(unit(seed)[0], 20, filters) for seed in range(20)]
        assert [len(results) for results in found] == [20] * 20
        shared = [len(set(one) & set(other)) for one, other in zip(exact, found, strict=True)]
        assert sum(shared) >= 0.98 * 20 * 20

    def test_changes_after_it_was_built_are_seen(self, library: PostgresLibrary) -> None:
        library.optimize()
        new = indexed("new")
        library.put([new])
        assert new.vectors is not None
        [(id_, score)] = library.search_dense(new.vectors[0], 1)
        assert ([id_], score) == (passage_ids(library, new), pytest.approx(1, abs=1e-3))
        library.remove([new.article.id])
        assert library.search_dense(new.vectors[0], 1)[0][0] != id_


def test_scores_are_those_of_sqlite_to_the_last_digit(library: PostgresLibrary) -> None:
    entries = [indexed(f"{number}", "some text", size=3) for number in range(20)]
    with closing(open_library(":memory:", encoder=ENCODER, dimension=DIMENSION)) as other:
        for store in (library, other):
            store.put(entries)
        ids = [passage_ids(store, *entries) for store in (library, other)]
        same_as = dict(zip(*ids, strict=True))
        for vector in unit(5, count=10):
            found = [(same_as[id_], score) for id_, score in library.search_dense(vector, 15)]
            assert found == other.search_dense(vector, 15)
            scores = {same_as[id_]: score for id_, score in library.score_dense(vector, ids[0]).items()}
            assert scores == other.score_dense(vector, ids[1])


class TestLeases:
    """Several holders embed at once, each its own passages."""

    @pytest.fixture
    def ids(self, library: PostgresLibrary) -> list[int]:
        entry = indexed("a", "x" * 20, size=2)
        library.put(without_vectors(entry))
        return passage_ids(library, entry)

    def test_holders_share_the_passages(self, library: PostgresLibrary, address: str, ids: list[int]) -> None:
        with (
            closing(open_postgres(address, encoder=ENCODER, dimension=DIMENSION)) as other,
            library.claim_pending(4, 60) as first,
            other.claim_pending(4, 60) as second,
            library.claim_pending(4, 60) as third,
        ):
            assert (first, second, third) == (ids[:4], ids[4:8], ids[8:])
            other.put_vectors(second, unit(1, count=4))
        with library.claim_pending(99, 60) as leased:
            assert leased == ids[:4] + ids[8:]

    def test_embedders_embed_each_passage_once(
        self, library: PostgresLibrary, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedder, "CHUNK", 2)
        monkeypatch.setattr(embedder, "WAIT_SECONDS", 0.01)
        encoders = [SlowEncoder() for _ in range(3)]
        library.renew_vectors(encoders[0].fingerprint, encoders[0].dimension)
        library.put(without_vectors(*(indexed(f"{number}", "a text to embed", size=4) for number in range(20))))

        about = {"encoder": encoders[0].fingerprint, "dimension": encoders[0].dimension}
        with ExitStack() as stack, ThreadPoolExecutor(3) as pool:
            others = [stack.enter_context(open_postgres(address, **about)) for _ in encoders]
            list(pool.map(partial(embed_pending, leased=4), others, encoders))
        embedded = [len(encoder.encoded) for encoder in encoders]
        assert sum(embedded) == 80
        assert min(embedded) > 0, embedded
        assert library.doctor().healthy

    def test_a_lease_ends_in_time_even_if_its_holder_hangs(self, library: PostgresLibrary, ids: list[int]) -> None:
        with library.claim_pending(4, 0.01):
            time.sleep(0.05)
            with library.claim_pending(4, 60) as others:
                assert others == ids[:4]
        with library.claim_pending(4, 60) as leased:
            assert leased == ids[:4]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE articles SET text = left(text, -1)", "1 article of another length"),
        ("DELETE FROM vectors WHERE passage = 1", "1 passage with neither a vector nor a note"),
        ("INSERT INTO pending_vectors VALUES (1)", "1 passage marked as pending but with a vector"),
        ("UPDATE vectors SET vector = '[1,2]' WHERE passage = 2", "1 vector of another length"),
        ("UPDATE terms SET passages = passages + 1 WHERE id = 1", "1 term counted wrongly"),
        ("UPDATE library SET terms = terms + 1", "1 total of passages and terms that does not add up"),
        ("UPDATE passages SET frequencies[1] = 9 WHERE id = 1", "1 passage stored with other words"),
    ],
)
def test_doctor_finds_damage(postgres: Server, library: PostgresLibrary, damage: str, problem: str) -> None:
    library.put([indexed("a", "Foxes and dogs run.", size=10)])
    assert library.doctor().healthy
    postgres.execute(f"SET search_path TO {library.schema}, public; {damage}")
    assert any(problem in found for found in library.doctor().problems)


def test_rebuilding_mends_counts_words_and_vectors(postgres: Server, library: PostgresLibrary) -> None:
    articles, questions = corpus(10, 10)
    library.put(articles)
    rankings = [library.search_lexical(question, 9) for question in questions]
    postgres.execute(
        f"SET search_path TO {library.schema}, public; UPDATE terms SET passages = 7; "
        "UPDATE passages SET terms = '{1,2}', frequencies = '{1,1}', length = 2; DELETE FROM vectors; "
        "DELETE FROM spellings; UPDATE library SET passages = 1"
    )
    library.renew_vectors(ENCODER, DIMENSION)
    assert library.doctor().healthy
    assert library.embedding_state().pending == 20
    assert [library.search_lexical(question, 9) for question in questions] == rankings
