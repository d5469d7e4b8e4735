"""Kills processes that change a library, again and again, and checks what is left.

Usage: python -m benchmarks.crash [--kills 100] [--seed 0]

A process adds, updates, removes and embeds articles, renews the vectors, migrates the library from an earlier
version, and saves the index. Sometimes a second process does so at the same time. Each is killed at a random
moment of a random step. Then the library is opened again: it must be healthy, each step must be there as a whole
or not at all, and nothing that was acknowledged may be lost. The conformance tests for stores
(``qa.testing.processes``) have a smaller test, for any store.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import Vectors
from qa.library.base import IndexedArticle, Library
from qa.library.sqlite.library import SqliteLibrary
from qa.library.sqlite.migrations import SCHEMA_VERSION
from qa.testing.material import DIMENSION, ENCODER, indexed, unit, without_vectors
from qa.types import Passage
from tests.qa.library.sqlite.making import downgrade

__all__ = ["EARLIER", "check", "entry_of", "main"]

EARLIER = (3, *range(6, SCHEMA_VERSION))
"""Versions of the schema to migrate from. Going back to another one would lose which passages are pending, or keep
digests that count languages without the languages."""
STEPS = ("add", "update", "remove", "embed", "renew", "migrate", "index")
WEIGHTS = (6, 6, 3, 6, 1, 1, 2)
TWO_WRITERS = 0.3
"""Share of the rounds in which two processes write."""
MAX_STEPS = 40
"""Steps after which a process ends by itself, if no kill comes before."""
MAX_DELAY = 0.03
"""Seconds between the announcement of a step and the kill, at most."""
PATIENCE = 120.0
"""Seconds that a step may take on a busy machine."""

Versions = dict[str, int]
"""The version of each article, by its source: the texts of the library as they should be."""


def main() -> None:
    """Run the kills, and print how many hit which step."""
    parser = argparse.ArgumentParser(description="Kill processes that change a library, and check what is left.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logging.disable()
    chance, hits, start = random.Random(arguments.seed), Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "library"
        _open(folder).close()
        versions: list[Versions] = [{}, {}]
        while hits.total() < arguments.kills:
            writers = 2 if chance.random() < TWO_WRITERS else 1
            rounds = [_Writer(folder, number, versions[number], chance, writers == 1) for number in range(writers)]
            with ThreadPoolExecutor(writers) as pool:
                for killed in pool.map(_Writer.kill, rounds):
                    hits.update(killed)
            possible = [writer.possible for writer in rounds] + [[each] for each in versions[writers:]]
            versions = check(folder, possible)
    hit = ", ".join(f"{count} {step}" for step, count in hits.most_common())
    print(f"{hits.total()} kills in {time.monotonic() - start:.0f} s, during: {hit}.")
    print("Every library was healthy; no acknowledged step was lost, and none was there by half.")


class _Writer:
    """A process that changes the library, and what it may have left of its own articles when it is killed."""

    def __init__(
        self, folder: Path, number: int, versions: Versions, chance: random.Random, is_alone: bool
    ) -> None:
        self.possible = [versions]
        self._delay = chance.uniform(0, MAX_DELAY)
        self._wait_for = chance.randrange(1, MAX_STEPS)
        self._receiver, sender = _CONTEXT.Pipe(duplex=False)
        arguments = (folder, number, versions, is_alone, chance.randrange(1 << 30), sender)
        self._process = _CONTEXT.Process(target=_write, args=arguments)
        self._process.start()
        sender.close()

    def kill(self) -> list[str]:
        """Kill the process a moment after it has announced a step; return the step, unless it was faster."""
        announced = 0
        current = ""
        while announced < self._wait_for and (message := self._receive()):
            announced += message[0] == "begin"
            current = self._note(message)
        time.sleep(self._delay)
        self._process.kill()
        while message := self._receive():
            current = self._note(message)
        self._process.join()
        self._receiver.close()
        if self._process.exitcode == 0:
            return []
        assert os.name != "posix" or self._process.exitcode == -signal.SIGKILL, "the process failed by itself"
        return [current or "opening"]

    def _note(self, message: tuple[str, str, Versions]) -> str:
        what, step, versions = message
        self.possible = [versions] if what == "done" else [self.possible[0], versions]
        return step

    def _receive(self) -> Any:
        try:
            if not self._receiver.poll(PATIENCE):
                raise TimeoutError("a step hangs")
            return self._receiver.recv()
        except (EOFError, OSError):
            return None


def check(folder: Path, possible: list[list[Versions]]) -> list[Versions]:
    """Check the library against what each writer may have left; return what each has."""
    with closing(_open(folder)) as library:
        health = library.doctor()
        assert health.healthy, health.problems
        articles = {article.source: article for article in library.iter_articles()}
        actual: list[Versions] = []
        for number, candidates in enumerate(possible):
            stored = {
                source: int(article.title) for source, article in articles.items() if source[0] == str(number)
            }
            assert stored in candidates, (stored, candidates)
            actual.append(stored)
        entries = [entry_of(source, version) for versions in actual for source, version in versions.items()]
        assert len(entries) == len(articles)
        pending = set(library.pending(9999))
        for entry in entries:
            assert articles[entry.article.source] == entry.article
            passages = library.passages_of([entry.article.id])
            assert [one.passage for one in passages] == entry.passages
            for one in passages:
                [(id_, score), *_] = [*library.search_dense(_vector(one.passage), 1), (0, 0.0)]
                assert (id_ == one.id and score > 0.99) == (one.id not in pending)
            found = {id_ for id_, _ in library.search_lexical(_word(entry.article.source), 99)}
            assert {one.id for one in passages} == found
        return actual


def _write(folder: Path, number: int, versions: Versions, is_alone: bool, seed: int, sender: Connection) -> None:
    """Change the library step by step; announce and acknowledge each."""
    logging.disable()
    chance = random.Random(seed)
    library: Library = _open(folder)
    for _ in range(MAX_STEPS):
        [step] = chance.choices(STEPS, WEIGHTS)
        if step == "migrate" and not is_alone:  # an earlier version cannot use the library at the same time
            continue
        after, run = _plan(step, number, versions, chance)
        sender.send(("begin", step, after))
        if run == "reopen":
            library.search_dense(unit(1)[0], 1)
            library.close()
            if step == "migrate":
                downgrade(folder, chance.choice(EARLIER))
            library = _open(folder)
        elif isinstance(run, list):
            library.put(run)
        elif run == "remove":
            library.remove([entry_of(source, 0).article.id for source in versions.keys() - after.keys()])
        elif run == "renew":
            library.renew_vectors(ENCODER, DIMENSION)
        else:
            stored = library.passages(library.pending(6))
            if stored:
                library.put_vectors(list(stored), np.stack([_vector(one.passage) for one in stored.values()]))
        versions = after
        sender.send(("done", step, versions))
    library.close()


def _plan(
    step: str, number: int, versions: Versions, chance: random.Random
) -> tuple[Versions, str | list[IndexedArticle]]:
    """Return the versions after a step, and what to do."""
    if step == "remove" or len(versions) > 30:
        gone = chance.sample(sorted(versions), min(len(versions), 8 if len(versions) > 30 else 2))
        return {source: version for source, version in versions.items() if source not in gone}, "remove"
    if step in ("add", "update"):
        known = sorted(versions)
        sources = [f"{number}/{chance.randrange(1 << 30)}" for _ in range(2)] if step == "add" else known[-2:]
        changed = {source: versions.get(source, 0) + 1 for source in sources}
        entries = [entry_of(source, version) for source, version in changed.items()]
        return versions | changed, entries if chance.random() < 0.5 else without_vectors(*entries)
    return versions, "reopen" if step in ("migrate", "index") else step


def entry_of(source: str, version: int) -> IndexedArticle:
    """Return a version of the article with this source, which begins with the number of its writer."""
    text = f"Version {version} of the article {_word(source)} that is long enough. " * (3 + version % 3)
    entry = indexed(source, text, size=60, title=str(version))
    vectors = np.stack([_vector(passage) for passage in entry.passages])
    return IndexedArticle(entry.article, entry.passages, [_word(source)] * len(entry.passages), vectors)


def _word(source: str) -> str:
    return "word" + source.replace("/", "x")


def _vector(passage: Passage) -> Vectors:
    vector: Vectors = unit(*passage.article_id.encode(), passage.start)[0]
    return vector


def _open(folder: Path) -> Library:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


_CONTEXT: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
if os.name == "posix":
    _CONTEXT.set_forkserver_preload(
        ["datasketch", "faiss", "py3langid.langid", "qa.library.sqlite.library", "qa.testing.material"]
    )

if __name__ == "__main__":
    main()
