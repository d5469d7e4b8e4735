"""Measure a large library on one machine: filling it, its size, a cold start, questions, changes, its health.

    python -m benchmarks.large_library wikipedia.jsonl.xz dev-v1.1.json LIBRARY --passages 1000000

Articles are made of sentences of the first file (JSON lines with title and text), drawn by chance: ten passages of
five sentences each. --embedded of them are embedded, and all passages get one of these vectors with noise, which
stands in for embeddings that would take a day. LIBRARY is a folder; it keeps what it holds and gets what it lacks.
The questions are those of the second file, in a process of its own. For figures, run it on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from tqdm import tqdm

from embeddings.encoder import SentenceEncoder, Vectors
from qa.assistant import Assistant
from qa.english.sentences import split_sentences
from qa.evaluation import load_examples, sample
from qa.evaluation.speed import read_articles
from qa.library import open_library
from qa.library.base import IndexedArticle
from qa.types import Article, Passage

PASSAGES, SENTENCES = 10, 5
"""Passages of an article, and sentences of a passage."""
SOURCES = 400
"""Articles whose sentences are drawn."""
LETTERS = range(40, 250)
"""Letters of the sentences that are drawn."""
AT_ONCE = 100
"""Articles put in one transaction."""
NOISE = 0.7
"""The length of the noise added to a unit vector: it leaves a cosine of 0.82."""
CHANGES = 5
"""Articles that are added, and removed again, to time it."""


def main() -> None:
    """Fill the library, and print each figure as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--embedded", type=int, default=2000)
    parser.add_argument("--asks", type=int, default=100)
    parser.add_argument("--doctor", action="store_true", help="also run doctor, which takes minutes")
    arguments = parser.parse_args()
    sentences = list(read_sentences(arguments.corpus))
    _print(fill(arguments.library, sentences, arguments.passages // PASSAGES, arguments.embedded))
    _print(measure_size(arguments.library))
    examples = sample(load_examples(arguments.questions), arguments.asks + 1, seed=0)
    _print(ask(arguments.library, [example.question for example in examples]))
    _print(change(arguments.library, sentences))
    if arguments.doctor:
        _print(check(arguments.library))


def fill(folder: Path, sentences: Sequence[str], articles: int, embedded: int) -> dict[str, Any]:
    """Put articles until the library has so many; return how long that took."""
    encoder = SentenceEncoder()
    real = encoder.encode(random.Random(0).sample(sentences, min(embedded, len(sentences))))
    about = {"encoder": encoder.fingerprint, "dimension": encoder.dimension}
    with closing(open_library(folder, **about)) as library:  # type: ignore[arg-type]
        missing = range(len(library), articles)
        began = perf_counter()
        for start in tqdm(missing[::AT_ONCE], unit=" transactions", disable=None):
            numbers = range(start, min(start + AT_ONCE, articles))
            library.put([make_article(number, sentences, real) for number in numbers])
        return {"articles": len(library), "put": len(missing), "put_s": round(perf_counter() - began, 1)}


def make_article(number: int, sentences: Sequence[str], real: Vectors) -> IndexedArticle:
    """Return an article of sentences drawn by chance, the same for the same number."""
    chance = random.Random(number)
    parts = [" ".join(chance.choices(sentences, k=SENTENCES)) for _ in range(PASSAGES)]
    article = Article("\n\n".join(parts), f"Article {number}", source=f"made/{number}")
    starts = np.cumsum([0, *(len(part) + 2 for part in parts)]).tolist()
    passages = [Passage(article.id, start, start + len(part)) for start, part in zip(starts, parts, strict=False)]
    vectors = add_noise(real, PASSAGES, np.random.default_rng(number))
    return IndexedArticle(article, passages, [article.title] * PASSAGES, vectors)


def add_noise(real: Vectors, count: int, chance: np.random.Generator) -> Vectors:
    """Return so many of the vectors, drawn by chance, with noise."""
    noise = chance.normal(0, NOISE / np.sqrt(real.shape[1]), (count, real.shape[1]))
    vectors = real[chance.integers(len(real), size=count)] + noise
    made: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return made


def read_sentences(corpus: Path) -> Iterator[str]:
    """Yield the sentences of the first articles that are neither short nor long."""
    for article in islice(read_articles(corpus), SOURCES):
        for start, end in split_sentences(article.text):
            if end - start in LETTERS:
                yield article.text[start:end].replace("\n", " ")


def measure_size(folder: Path) -> dict[str, Any]:
    """Return the size of each file in MB, after one search has saved the index."""
    with Assistant.open(folder, create=False) as assistant:
        assistant.retrieve("Where is the index?", 1)
    return {f"{path.name}_mb": round(path.stat().st_size / 1e6, 1) for path in sorted(folder.iterdir())}


def ask(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Return the times and the memory of a new process that asks."""
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "questions.json"
        file.write_text(json.dumps({"questions": questions}), "utf-8")
        command = [sys.executable, "-m", "qa.evaluation.speed.latency", str(folder), str(file)]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    figures: dict[str, Any] = json.loads(lines[-1])
    return figures


def change(folder: Path, sentences: Sequence[str]) -> dict[str, Any]:
    """Return the seconds that it takes to add an article, to ask after that, and to remove it."""
    times: dict[str, list[float]] = {}

    def timed(name: str, function: Any, *arguments: Any) -> Any:
        began = perf_counter()
        result = function(*arguments)
        times.setdefault(name, []).append(perf_counter() - began)
        return result

    with Assistant.open(folder, create=False) as assistant:
        assistant.ask("Is all loaded?")
        for number in range(CHANGES):
            text = " ".join(random.Random(-1 - number).choices(sentences, k=PASSAGES * SENTENCES))
            article = Article(text, source=f"new/{number}")
            timed("add_s", assistant.add, article)
            timed("ask_after_s", assistant.ask, "What has changed since?")
            timed("remove_s", assistant.remove, article.id)
    return {name: round(median(seconds), 3) for name, seconds in times.items()}


def check(folder: Path) -> dict[str, Any]:
    """Return how long it takes to check everything, and whether all is well."""
    with Assistant.open(folder, create=False) as assistant:
        began = perf_counter()
        healthy = assistant.doctor().healthy
        return {"doctor_s": round(perf_counter() - began, 1), "healthy": healthy}


def _print(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
