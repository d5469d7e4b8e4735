"""Compare a library on PostgreSQL with the same one on SQLite: rankings, scores, times, recall and size.

    python -m benchmarks.postgres 'postgresql://host/database?schema=bench' dev-v1.1.json --questions 1000
    python -m benchmarks.postgres ADDRESS dev-v1.1.json --corpus wikipedia.jsonl.xz --articles 700 --words 16

The articles are the contexts of the questions' file or, with --corpus, those of a file of JSON lines. With
--words, the vector of a passage is that of its first words: a real one, in a fifth of the time. ADDRESS must be a
new library; it is left there.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import psycopg
from tqdm import tqdm

from embeddings.encoder import SentenceEncoder, Vectors
from qa.assistant import Assistant
from qa.evaluation import load_dataset
from qa.evaluation.speed import read_articles
from qa.indexing.copying import copy_articles
from qa.library.base import Library
from qa.library.postgres import nearest
from qa.library.postgres.postgres_library import open_postgres
from qa.library.postgres.server.server_address import ServerAddress
from qa.types import Article, Filters

DEPTH = 100
FEW = Filters(tags=("few",))
"""Allows one article in 25."""

Results = list[tuple[int, float]]


def main() -> None:
    """Print how the two libraries compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("file", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--articles", type=int)
    parser.add_argument("--questions", type=int)
    parser.add_argument("--words", type=int, default=0)
    parser.add_argument("--asks", type=int, default=100)
    arguments = parser.parse_args()
    data, encoder = load_dataset(arguments.file), SentenceEncoder()
    questions = [example.question for example in data.examples]
    random.Random(0).shuffle(questions)
    questions = questions[: arguments.questions]
    found = islice(read_articles(arguments.corpus), arguments.articles) if arguments.corpus else data.articles
    with (
        TemporaryDirectory() as folder,
        Assistant.open(Path(folder) / "library", seed=False) as assistant,
        closing(
            open_postgres(arguments.address, encoder=encoder.fingerprint, dimension=encoder.dimension)
        ) as target,
    ):
        assistant.add(*map(_tagged, range(10**9), found), embed="later")
        source = assistant.library
        if arguments.words:
            _put_vectors(source, encoder, arguments.words)
        begin = perf_counter()
        copy_articles(source, target)
        seconds = perf_counter() - begin
        print(f"{len(target):,} articles, {_passages(target):,} passages, copied in {seconds:.0f} s", flush=True)
        _print_sizes(arguments.address, _passages(target))
        same_as = dict(zip(*map(_all_passages, (source, target)), strict=True))
        _compare_words(source, target, questions, same_as)
        if arguments.words:
            _compare_vectors(source, target, encoder.encode(questions[:200]), same_as)
        with Assistant.open(arguments.address, create=False) as other:
            _compare_replies(assistant, other, questions[: arguments.asks])


def _tagged(number: int, article: Article) -> Article:
    return Article(article.text, article.title, article.source, tags=("few",) * (number % 25 == 0))


def _passages(library: Library) -> int:
    return library.embedding_state().passages


def _put_vectors(library: Library, encoder: SentenceEncoder, words: int) -> None:
    with tqdm(total=_passages(library), unit="passage", leave=False, disable=None) as progress:
        while ids := library.pending(4096):
            texts = [stored.embedded_text for stored in library.passages(ids).values()]
            library.put_vectors(ids, encoder.encode([" ".join(text.split()[:words]) for text in texts]))
            progress.update(len(ids))


def _all_passages(library: Library, filters: Filters | None = None) -> list[int]:
    return [stored.id for stored in library.passages_of([info.id for info in library.articles(filters)])]


def _compare_words(source: Library, target: Library, questions: Sequence[str], same_as: Mapping[int, int]) -> None:
    """Print how many rankings are equal, and how long both take."""
    lists = scores = 0
    times: list[tuple[float, float]] = []
    for question in tqdm(questions, leave=False, disable=None):
        expected, first = _timed(source.search_lexical, question)
        results, second = _timed(target.search_lexical, question)
        times.append((first, second))
        lists += [same_as[id_] for id_, _ in expected] == [id_ for id_, _ in results]
        scores += [score for _, score in expected] == [score for _, score in results]
    print(f"{len(questions):,} questions, top {DEPTH}: {lists:,} lists and {scores:,} lists of scores are equal")
    for name, taken in zip(("SQLite", "PostgreSQL"), zip(*times, strict=True), strict=True):
        print(f"words, {name}: {_latency(taken)}")


def _compare_vectors(source: Library, target: Library, vectors: Vectors, same_as: Mapping[int, int]) -> None:
    """Print how many of the ten nearest PostgreSQL finds, and how long it and SQLite take."""
    limit = nearest.EXACT_LIMIT
    for filters, name, exact_limit in (
        (None, "all", limit),
        (FEW, "4%", limit),
        (FEW, "4% by the index", 0),
    ):
        nearest.EXACT_LIMIT = exact_limit
        _, source_times = _search(source, vectors, filters)
        found, times = _search(target, vectors, filters)
        expected = _nearest(source, vectors, _all_passages(source, filters))
        recalls = [
            _recall([same_as[id_] for id_ in ids], results) for ids, results in zip(expected, found, strict=True)
        ]
        print(f"vectors, {name}: recall@10 {np.mean(recalls):.3f}, results {sorted({len(ids) for ids in found})}")
        print(f"  SQLite {_latency(source_times)}; PostgreSQL {_latency(times)}")
    nearest.EXACT_LIMIT = limit


def _nearest(library: Library, vectors: Vectors, passages: Sequence[int], k: int = 10) -> list[list[int]]:
    """Return the nearest of the passages, by comparing all: both libraries search many by an index."""
    stored = library.vectors(passages)
    products = vectors @ np.array([stored[id_] for id_ in passages]).T
    return [[passages[row] for row in np.argsort(-row_products)[:k]] for row_products in products]


def _recall(expected: Sequence[int], found: Sequence[int], k: int = 10) -> float:
    return len(set(expected[:k]) & set(found[:k])) / k


def _compare_replies(first: Assistant, second: Assistant, questions: Sequence[str]) -> None:
    """Print how many questions get the same answers, and how long they take, in turn."""
    seconds: tuple[list[float], list[float]] = ([], [])
    equal = 0
    for number, question in enumerate(questions):
        answers = []
        for assistant, times in zip((first, second), seconds, strict=True):
            begin = perf_counter()
            reply = assistant.ask(question)
            answers.append([(answer.text, answer.confidence) for answer in reply.answers])
            if number:  # the first loads the models
                times.append(perf_counter() - begin)
        equal += answers[0] == answers[1]
    print(f"{equal} of {len(questions)} questions get the same answers")
    print(f"SQLite {_latency(seconds[0])}; PostgreSQL {_latency(seconds[1])}", end=", ")
    print(f"ratio of the medians {median(seconds[1]) / median(seconds[0]):.2f}")


def _search(library: Library, vectors: Vectors, filters: Filters | None) -> tuple[list[list[int]], list[float]]:
    timed = [_timed(library.search_dense, vector, filters) for vector in vectors]
    return [[id_ for id_, _ in results] for results, _ in timed], [taken for _, taken in timed]


def _timed(
    search: Callable[..., Results], query: str | Vectors, filters: Filters | None = None
) -> tuple[Results, float]:
    begin = perf_counter()
    return search(query, DEPTH, filters), perf_counter() - begin


def _latency(seconds: Sequence[float]) -> str:
    return f"p50 {median(seconds) * 1000:.1f} ms, p95 {quantiles(seconds, n=20)[-1] * 1000:.1f} ms"


def _print_sizes(address: str, passages: int) -> None:
    """Print the size of each table and index, in kB a passage."""
    parsed = ServerAddress.parse(address)
    query = """
        SELECT relname, pg_relation_size(oid) + coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0)
        FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'i') ORDER BY 2 DESC
    """
    with psycopg.connect(parsed.conninfo) as connection:
        rows = connection.execute(query, [parsed.schema]).fetchall()
    shown = [
        f"{re.sub('_', ' ', name)} {size / 1000 / passages:.2f}" for name, size in rows if size > 50 * passages
    ]
    print("kB a passage: " + ", ".join(shown))


if __name__ == "__main__":
    main()
