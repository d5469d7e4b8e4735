"""Kill a process that adds articles, again and again, and check the library that it leaves.

Usage: python -m benchmarks.crash [--kills 50]

A child process puts 200 small articles, one in each transaction, and some of their vectors every few articles. It
is killed (SIGKILL) at random moments. Then the library is opened: it must be healthy, hold each article completely
or not at all, know which passages have vectors and which are pending, and hold everything that ``put`` and
``put_vectors`` returned from. At the end the articles are added once more, which must finish.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from embeddings.encoder import Vectors
from qa.library.base import IndexedArticle, StoredPassage
from qa.library.sqlite.library import SqliteLibrary
from qa.types import Article, Passage

__all__ = ["Outcome", "crash"]

ARTICLES = 200
PASSAGES = 3
DIMENSION = 32
VECTORS_AT_ONCE = 4
"""Fewer than the vectors of two articles, so that some articles have only a part of theirs."""
REOPEN_EVERY = 25
"""Closing the library saves the index, so that some kills hit that too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many kills hit a running child, and how many articles the library held after each."""

    kills: int
    articles: tuple[int, ...]


def crash(folder: Path, kills: int, seed: int = 0) -> Outcome:
    """Kill an adding process ``kills`` times; begin in a new folder whenever the library holds all articles.

    :raises AssertionError: if a library is unhealthy, holds half an article, or lacks one that was added.
    """
    moments = random.Random(seed)
    counts: list[int] = []
    done = library = 0
    while done < kills:
        path = folder / f"library-{library}"
        wait_for = moments.randrange(2 * ARTICLES // 3)
        acknowledged, killed = _kill_child(path, wait_for, moments.uniform(0, 0.01))
        done += killed
        counts.append(_inspect(path, acknowledged))
        if counts[-1] == ARTICLES:
            library += 1
    fill(path)
    assert _inspect(path, (ARTICLES, ARTICLES * PASSAGES)) == ARTICLES
    return Outcome(done, tuple(counts))


def fill(folder: Path, *, report: bool = False) -> None:
    """Put the articles that the library lacks, one at a time, and then their vectors.

    :param report: whether to print the numbers of stored articles and vectors after each step.
    """
    for first in range(0, ARTICLES, REOPEN_EVERY):
        with SqliteLibrary.open(folder, encoder="crash", dimension=DIMENSION) as library:
            for number in range(first, first + REOPEN_EVERY):
                indexed = make_article(number)
                if not library.content_hashes([indexed.article.id]):
                    library.put([replace(indexed, vectors=None)])
                    _report(library, report)
                if number % 2:
                    _put_vectors(library, VECTORS_AT_ONCE)
                    _report(library, report)
            while number == ARTICLES - 1 and _put_vectors(library, VECTORS_AT_ONCE):
                _report(library, report)


def _put_vectors(library: SqliteLibrary, count: int) -> int:
    """Store the vectors of up to ``count`` pending passages, search with the last one, and return how many."""
    pending = library.passages(library.pending(count))
    vectors = [_vector(stored) for stored in pending.values()]
    if pending:
        library.put_vectors(list(pending), np.stack(vectors))
        library.search_dense(vectors[-1], 1)
    return len(pending)


def _vector(stored: StoredPassage) -> Vectors:
    indexed = make_article(int(stored.text.split()[1]))
    assert indexed.vectors is not None
    return indexed.vectors[list(indexed.passages).index(stored.passage)]


def _report(library: SqliteLibrary, report: bool) -> None:
    if report:
        print(len(library), library.embedding_state().embedded, flush=True)


def make_article(number: int) -> IndexedArticle:
    """Return a small article, always the same for the same number."""
    sentence = f"Article {number} tells of word{number}. "
    article = Article(sentence * PASSAGES, title=f"Title {number}", source=f"articles/{number}.txt")
    passages = [Passage(article.id, i * len(sentence), (i + 1) * len(sentence)) for i in range(PASSAGES)]
    vectors = np.random.default_rng(number).normal(size=(PASSAGES, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return IndexedArticle(article, passages, [article.title] * PASSAGES, vectors)


def _kill_child(folder: Path, wait_for: int, delay: float) -> tuple[tuple[int, int], bool]:
    """Kill a child shortly after its first ``wait_for`` steps.

    :return: the numbers of articles and vectors that it acknowledged, and whether the kill hit it.
    """
    command = [sys.executable, "-m", "benchmarks.crash", "--fill", str(folder)]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as child:
        assert child.stdout is not None
        lines = list(islice(child.stdout, wait_for))
        time.sleep(delay)
        child.kill()
        lines += child.stdout
    whole = [line for line in lines if line.endswith("\n")]
    articles, vectors = map(int, whole[-1].split()) if whole else (0, 0)
    return (articles, vectors), child.returncode != 0


def _inspect(folder: Path, acknowledged: tuple[int, int]) -> int:
    """Check the library, which must hold all acknowledged articles and vectors; return its number of articles."""
    if not (folder / "library.db").exists():
        assert acknowledged == (0, 0)
        return 0
    with SqliteLibrary.open(folder, encoder="crash", dimension=DIMENSION) as library:
        health = library.doctor()
        assert health.healthy, health.problems
        infos = library.articles()
        assert len(infos) >= acknowledged[0]
        assert health.vectors >= acknowledged[1]
        for info in infos:
            indexed = make_article(int(Path(info.source).stem))
            assert library.get(info.id) == indexed.article
            assert info.passages == PASSAGES
        for info in infos[-3:]:
            _check_searchable(library, make_article(int(Path(info.source).stem)))
        assert health.passages == health.vectors + health.pending == PASSAGES * len(infos)
        assert set(library.pending(health.passages)) == _without_vectors(library, health.passages)
        return len(infos)


def _check_searchable(library: SqliteLibrary, indexed: IndexedArticle) -> None:
    word = f"word{Path(indexed.article.source).stem}"
    lexical = [passage for passage, _ in library.search_lexical(word, 10)]
    stored = library.passages(lexical)
    assert sorted(found.passage for found in stored.values()) == list(indexed.passages)


def _without_vectors(library: SqliteLibrary, passages: int) -> set[int]:
    """Return the ids of the passages that a search with their own vectors does not find."""
    lost = set()
    for id_, stored in library.passages(range(1, passages + 1)).items():
        found = library.search_dense(_vector(stored), 1)
        if not found or found[0][0] != id_ or found[0][1] < 0.99:
            lost.add(id_)
    return lost


def main() -> None:
    """Run the kills or, in the child, add the articles."""
    parser = argparse.ArgumentParser(
        description="Kill a process that adds articles, and check the library that it leaves."
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.fill:
        fill(arguments.fill, report=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        outcome = crash(Path(folder), arguments.kills, arguments.seed)
    print(f"{outcome.kills} kills; articles in the library after each: {' '.join(map(str, outcome.articles))}")
    print("Every library was healthy and held each article completely or not at all. The repeated add finished.")


if __name__ == "__main__":
    main()
