"""Many threads search while one adds and removes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from qa.library.sqlite.library import SqliteLibrary
from qa.types import Filters
from tests.qa.library.sqlite.making import indexed, unit

SEARCHERS = 8
ROUNDS = 40
LASTING = [indexed(f"lasting/{number}", f"common lasting {number}", size=8) for number in range(20)]
PASSING = [indexed(f"passing/{number}", f"common passing {number}", size=8) for number in range(ROUNDS)]
TEXTS = {one.article.text[p.start : p.end] for one in LASTING + PASSING for p in one.passages} | {"common changed"}


def test_searching_while_adding_and_removing(library: SqliteLibrary) -> None:
    library.put(LASTING)
    lasting_ids = {made.article.id for made in LASTING}
    gone: set[str] = set()
    done = threading.Event()

    def write() -> None:
        try:
            for made in PASSING:
                library.put([made])
                library.put([indexed(made.article.source, "common changed", seed=1)])
                library.remove([made.article.id])
                gone.add(made.article.id)
        finally:
            done.set()

    def search(seed: int) -> int:
        searches = 0
        while searches == 0 or not done.is_set():
            known_gone = set(gone)
            vector = unit(seed, searches)[0]
            ids = [id_ for id_, _ in library.search_lexical("common", 200)]
            ids += [id_ for id_, _ in library.search_dense(vector, 200)]
            library.score_dense(vector, ids)
            stored = library.passages(ids)
            found = {one.passage.article_id for one in stored.values()}
            assert found >= lasting_ids
            assert not found & known_gone
            assert all(one.text in TEXTS for one in stored.values())
            assert not any(library.get(article_id) for article_id in known_gone)
            few = library.search_dense(vector, 5, Filters(sources=("lasting/*",)))
            assert len(few) == 5
            searches += 1
        return searches

    with ThreadPoolExecutor(SEARCHERS + 1) as pool:
        writer = pool.submit(write)
        searchers = [pool.submit(search, seed) for seed in range(SEARCHERS)]
        writer.result()
        assert all(searcher.result() > 0 for searcher in searchers)
    assert library.doctor().healthy
    assert len(library) == 20
    assert len(library.search_dense(unit(1)[0], 999)) == sum(len(made.passages) for made in LASTING)


def test_several_threads_write(library: SqliteLibrary) -> None:
    def write(name: int) -> None:
        for number in range(10):
            library.put([indexed(f"{name}/{number}", size=5), indexed("shared", f"by {name} {number}")])
            library.search_dense(unit(name)[0], 3)
        library.remove([indexed(f"{name}/0").article.id])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(library) == 4 * 9 + 1
    assert library.doctor().healthy
    passages = sum(info.passages for info in library.articles())
    assert len(library.search_dense(unit(1)[0], 999)) == passages


def test_a_reader_sees_one_snapshot(library: SqliteLibrary) -> None:
    """Passages of a search are read after it: what was replaced meanwhile is missing, never mixed up."""
    former, latter = indexed("a", "first text", size=3), indexed("a", "second text", size=3, seed=1)
    library.put([former])
    ids = [id_ for id_, _ in library.search_dense(former.vectors[0], 9)]
    library.put([latter])
    assert library.passages(ids) == {}
    assert np.allclose([score for _, score in library.search_dense(latter.vectors[0], 1)], 1, atol=1e-3)
