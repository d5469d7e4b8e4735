"""Many threads and many processes, some of them killed."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from typing import ClassVar

import numpy as np

from embeddings.encoder import Vectors
from qa.library.base import IndexedArticle, Library, StoredPassage
from qa.testing.material import DIMENSION, ENCODER, indexed, passage_ids, unit, without_vectors
from qa.testing.store import StoreTests, resolve
from qa.types import Filters

__all__ = ["ConcurrencyTests", "CrashTests", "SeveralProcessesTests", "child", "run_child"]

BATCH = 2
"""Articles that a child puts in one transaction."""
REOPEN_EVERY = 12
"""Batches after which a child closes the library and opens it again: a store may save a cache then."""


class ConcurrencyTests(StoreTests):
    """Threads ask while one adds and removes, and several write at once."""

    threads: ClassVar[int] = 8
    rounds: ClassVar[int] = 40

    def test_searching_while_adding_and_removing(self, library: Library) -> None:
        lasting = [indexed(f"lasting/{number}", f"common lasting {number}", size=8) for number in range(20)]
        passing = [
            indexed(f"passing/{number}", f"common passing {number}", size=8) for number in range(self.rounds)
        ]
        texts = {one.article.text[p.start : p.end] for one in lasting + passing for p in one.passages}
        texts.add("common changed")
        library.put(lasting)
        lasting_ids = {entry.article.id for entry in lasting}
        gone: set[str] = set()
        done = threading.Event()

        def write() -> None:
            try:
                for entry in passing:
                    library.put([entry])
                    library.put([indexed(entry.article.source, "common changed", seed=1)])
                    library.remove([entry.article.id])
                    gone.add(entry.article.id)
            finally:
                done.set()

        def search(seed: int) -> int:
            searches = 0
            while searches == 0 or not done.is_set():
                surely_gone = set(gone)
                vector = unit(seed, searches)[0]
                ids = [id_ for id_, _ in library.search_lexical("common", 200)]
                ids += [id_ for id_, _ in library.search_dense(vector, 200)]
                library.score_dense(vector, ids)
                stored = library.passages(ids)
                article_ids = {passage.passage.article_id for passage in stored.values()}
                assert article_ids >= lasting_ids
                assert not article_ids & surely_gone
                assert all(passage.text in texts for passage in stored.values())
                assert not library.get_many(surely_gone)
                assert len(library.search_dense(vector, 5, Filters(sources=("lasting/*",)))) == 5
                searches += 1
            return searches

        with ThreadPoolExecutor(self.threads + 1) as pool:
            writer = pool.submit(write)
            searchers = [pool.submit(search, seed) for seed in range(self.threads)]
            writer.result()
            assert all(searcher.result() > 0 for searcher in searchers)
        health = library.doctor()
        assert health.healthy, health.problems
        assert len(library) == 20
        assert len(library.search_dense(unit(1)[0], 999)) == sum(len(entry.passages) for entry in lasting)

    def test_several_threads_write(self, library: Library) -> None:
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

    def test_passages_replaced_after_a_search_are_missing_and_not_mixed_up(self, library: Library) -> None:
        earlier, later = indexed("a", "first text", size=3), indexed("a", "second text", size=3, seed=1)
        library.put([earlier])
        ids = [id_ for id_, _ in library.search_dense(unit(1)[0], 9)]
        library.put([later])
        assert library.passages(ids) == {}
        assert {id_ for id_, _ in library.search_dense(unit(1)[0], 9)} == set(passage_ids(library, later))


class SeveralProcessesTests(StoreTests):
    """Several processes may create one library and add to it at once."""

    def test_processes_that_create_and_add_at_once(self, address: str) -> None:
        names = ("p", "q", "r")
        children = [_start(self.opener, "add", address, name) for name in names]
        for process in children:
            process.communicate()
            assert process.returncode == 0
        with closing(self.open(address)) as library:
            expected = [f"{name}/{number}" for name in names for number in range(1, 10)]
            assert sorted(info.source for info in library.articles()) == expected
            assert library.generation >= len(names) * 11
            health = library.doctor()
            assert health.healthy, health.problems
            entry = indexed("q/7", size=6)
            assert entry.vectors is not None
            [(id_, score)] = library.search_dense(entry.vectors[1], 1)
            assert library.passages([id_])[id_].passage == entry.passages[1]
            assert abs(score - 1) < 2e-3


class CrashTests(StoreTests):
    """A process that is killed while it writes leaves each transaction whole or undone, and nothing broken."""

    kills: ClassVar[int] = 4
    """How many children are killed, at random moments."""
    batches: ClassVar[int] = 60
    """Transactions with which a child fills the library."""

    def test_kills_leave_whole_transactions(self, address: str) -> None:
        self.open(address).close()  # or the first kill could come before the library exists
        moments = random.Random(1)
        killed, acknowledged = 0, (0, 0)
        for _ in range(self.kills):
            wait_for = moments.randrange(1, self.batches)
            lines, hit = self._kill(address, wait_for, moments.uniform(0, 0.01))
            killed += hit
            acknowledged = max([acknowledged, *lines])
            with closing(self.open(address)) as library:
                self._check(library, *acknowledged)
                if len(library) == BATCH * self.batches:
                    library.remove([info.id for info in library.articles()])
                    acknowledged = (0, 0)
        assert killed
        with closing(self.open(address)) as library:
            for _ in fill(library, self.batches):
                pass
            self._check(library, self.batches, self.batches * BATCH * 3)

    def _kill(self, address: str, wait_for: int, delay: float) -> tuple[list[tuple[int, int]], bool]:
        """Kill a child a moment after a step; return what it acknowledged, and whether the kill came in time."""
        with child(self.opener, "fill", address, str(self.batches)) as process:
            assert process.stdout
            lines = list(islice(process.stdout, wait_for))
            time.sleep(delay)
            process.kill()
            lines += process.stdout
        counts = [line.split() for line in lines if line.endswith("\n")]
        return [(int(batches), int(vectors)) for batches, vectors in counts], process.returncode != 0

    def _check(self, library: Library, acknowledged_batches: int, acknowledged_vectors: int) -> None:
        """Check that everything acknowledged is there, and each batch is whole or missing."""
        health = library.doctor()
        assert health.healthy, health.problems
        sources = [info.source for info in library.articles()]
        batches = len(sources) // BATCH
        assert batches >= acknowledged_batches
        assert health.vectors >= acknowledged_vectors
        assert sources == [entry.article.source for number in range(batches) for entry in batch(number)]
        entries = [entry for number in range(batches) for entry in batch(number)]
        assert library.get_many([entry.article.id for entry in entries]) == {
            entry.article.id: entry.article for entry in entries
        }
        stored = library.passages_of([entry.article.id for entry in entries])
        assert [one.passage for one in stored] == [passage for entry in entries for passage in entry.passages]
        pending = set(library.pending(len(stored)))
        assert len(stored) == health.passages == health.vectors + len(pending)
        for passage in stored:
            results = library.search_dense(_vector(passage), 1)
            is_found = bool(results) and results[0][0] == passage.id and results[0][1] > 0.99
            assert is_found == (passage.id not in pending)
        if entries:
            word = [id_ for id_, _ in library.search_lexical(f"word{batches - 1}", 99)]
            assert sorted(word) == passage_ids(library, *batch(batches - 1))


def fill(library: Library, batches: int) -> Iterator[tuple[int, int]]:
    """Put the batches that are missing, and vectors after them; yield how many batches and vectors are stored."""
    for number in range(len(library) // BATCH, batches):
        library.put(without_vectors(*batch(number)))
        yield number + 1, library.embedding_state().embedded
        _put_vectors(library, 4)
        yield number + 1, library.embedding_state().embedded
    while _put_vectors(library, 9):
        yield batches, library.embedding_state().embedded


def _put_vectors(library: Library, k: int) -> int:
    stored = library.passages(library.pending(k))
    return library.put_vectors(list(stored), np.stack([_vector(one) for one in stored.values()])) if stored else 0


def batch(number: int) -> list[IndexedArticle]:
    """Return the articles of a batch: three passages each, with the batch's own word."""
    sentence = f"Number {number:05} with word{number}. "
    return [indexed(f"{number}/{part}", sentence * 3, size=len(sentence)) for part in range(BATCH)]


def _vector(stored: StoredPassage) -> Vectors:
    vector: Vectors = unit(*stored.passage.article_id.encode(), stored.passage.start)[0]
    return vector


@contextmanager
def child(opener: str, what: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that uses the store, and make sure that it has ended at the end."""
    process = _start(opener, what, *arguments)
    try:
        with process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        process.wait()


def _start(opener: str, what: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "qa.testing.crash_child", opener, what, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def run_child(opener: str, what: str, address: str, argument: str) -> None:
    """Do what a child process is for: ``fill``, ``add`` or ``lease``."""

    def open_store() -> closing[Library]:
        return closing(resolve(opener)(address, encoder=ENCODER, dimension=DIMENSION))

    if what == "fill":
        for batches in range(REOPEN_EVERY, int(argument) + REOPEN_EVERY, REOPEN_EVERY):
            with open_store() as library:
                for counts in fill(library, min(batches, int(argument))):
                    print(*counts, flush=True)
        return
    with open_store() as library:
        if what == "add":
            for number in range(10):
                library.put([indexed(f"{argument}/{number}", size=6)])
                library.search_dense(unit(1)[0], 3)
            library.remove([indexed(f"{argument}/0").article.id])
        else:
            with library.claim_pending(2, float(argument)) as leased:
                print(*leased, flush=True)
                time.sleep(600)
