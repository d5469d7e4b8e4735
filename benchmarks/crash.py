"""Kills a process that is adding articles, again and again, and looks at what is left.

Usage: python -m benchmarks.crash [--kills 50]

A child process puts 200 small articles, one a transaction, and is killed (SIGKILL) at random moments. Each time
the library is opened again: it must be healthy, hold each article wholly or not at all, and lose none of those
whose ``put`` had returned. At the end the adding is repeated, and must finish.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from qa.library.base import IndexedArticle
from qa.library.sqlite import SqliteLibrary
from qa.types import Article, Passage

__all__ = ["Outcome", "crash"]

ARTICLES = 200
PASSAGES = 3
DIMENSION = 32
REOPEN_EVERY = 25
"""Closing saves the index, so that some kills hit that too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kills did: how many hit a running child, and how many articles stood after each."""

    kills: int
    articles: tuple[int, ...]


def crash(folder: Path, kills: int, seed: int = 0) -> Outcome:
    """Kill an adding process so many times; start anew in another folder whenever all articles are in.

    :raises AssertionError: when a library is left unhealthy, with half an article or without one that was added.
    """
    moments = random.Random(seed)
    standing: list[int] = []
    done = library = 0
    while done < kills:
        path = folder / f"library-{library}"
        wait_for = moments.randrange(ARTICLES // 3)
        added, killed = _kill_child(path, wait_for, moments.uniform(0, 0.01))
        done += killed
        standing.append(_inspect(path, added))
        if standing[-1] == ARTICLES:
            library += 1
    fill(path)
    assert _inspect(path, ARTICLES) == ARTICLES
    return Outcome(done, tuple(standing))


def fill(folder: Path, *, report: bool = False) -> None:
    """Put the articles that the library does not hold yet, one at a time; report the number of each that is in."""
    for first in range(0, ARTICLES, REOPEN_EVERY):
        with SqliteLibrary.open(folder, encoder="crash", dimension=DIMENSION) as library:
            for number in range(first, first + REOPEN_EVERY):
                indexed = make_article(number)
                if not library.content_hashes([indexed.article.id]):
                    library.put([indexed])
                    library.search_dense(indexed.vectors[0], 1)
                    if report:
                        print(number, flush=True)


def make_article(number: int) -> IndexedArticle:
    """Return a small article that its number alone determines."""
    sentence = f"Article {number} tells of word{number}. "
    article = Article(sentence * PASSAGES, title=f"Title {number}", source=f"articles/{number}.txt")
    passages = [Passage(article.id, i * len(sentence), (i + 1) * len(sentence)) for i in range(PASSAGES)]
    vectors = np.random.default_rng(number).normal(size=(PASSAGES, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return IndexedArticle(article, passages, [article.title] * PASSAGES, vectors)


def _kill_child(folder: Path, wait_for: int, delay: float) -> tuple[int, bool]:
    """Kill a child a moment after so many articles; return how many it said are in, and whether it was hit."""
    command = [sys.executable, "-m", "benchmarks.crash", "--fill", str(folder)]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as child:
        assert child.stdout is not None
        lines = list(islice(child.stdout, wait_for))
        time.sleep(delay)
        child.kill()
        lines += child.stdout
    whole = [line for line in lines if line.endswith("\n")]
    return int(whole[-1]) + 1 if whole else 0, child.returncode != 0


def _inspect(folder: Path, added: int) -> int:
    """Check what stands in the library; return how many articles."""
    if not (folder / "library.db").exists():
        assert added == 0
        return 0
    with SqliteLibrary.open(folder, encoder="crash", dimension=DIMENSION) as library:
        health = library.doctor()
        assert health.healthy, health.problems
        infos = library.articles()
        assert len(infos) >= added
        for info in infos:
            indexed = make_article(int(Path(info.source).stem))
            assert library.get(info.id) == indexed.article
            assert info.passages == PASSAGES
        for info in infos[-3:]:
            _check_searchable(library, make_article(int(Path(info.source).stem)))
        assert health.passages == health.vectors == PASSAGES * len(infos)
        return len(infos)


def _check_searchable(library: SqliteLibrary, indexed: IndexedArticle) -> None:
    word = f"word{Path(indexed.article.source).stem}"
    lexical = [passage for passage, _ in library.search_lexical(word, 10)]
    stored = library.passages(lexical)
    assert sorted(found.passage for found in stored.values()) == list(indexed.passages)
    for vector, passage in zip(indexed.vectors, indexed.passages, strict=True):
        [(nearest, score)] = library.search_dense(vector, 1)
        assert stored[nearest].passage == passage
        assert score > 0.99


def main() -> None:
    """Run the kills, or, as the child, the adding."""
    parser = argparse.ArgumentParser(
        description="Kill a process that is adding articles, and look at what is left."
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
    print(f"{outcome.kills} kills; articles standing after each: {' '.join(map(str, outcome.articles))}")
    print("Every library was healthy and every article wholly there or not at all; repeating the add finished.")


if __name__ == "__main__":
    main()
