"""Measures speed on articles from a file, or on the seed articles."""

from __future__ import annotations

import itertools
import json
import lzma
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import seeds
from embeddings.encoder import BUNDLED, SentenceEncoder, Vectors
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.errors import DataError, QuotewellError
from qa.evaluation.machine import describe_machine
from qa.indexing.passages import context_of, split_passages
from qa.library import open_library
from qa.loaders import LoadFailure, find_files, load
from qa.question_generation.drafts import draft_questions
from qa.reader import ExtractiveReader
from qa.settings import Settings
from qa.types import Article

__all__ = ["measure", "read_articles"]

BATCHES = (512, 2048)
ARTICLES_AT_ONCE = 20
NOISE = 0.02
"""Standard deviation of the noise in each dimension between the vectors of a copy and its original."""
Progress = Callable[[str, int, int], None]
"""Is called with a stage, the passages or questions of it that are done, and their total."""


def measure(
    passages: Sequence[int],
    *,
    libraries: Sequence[Path] = (),
    users: Sequence[int] = (),
    articles: Path | None = None,
    questions: Sequence[str] = (),
    asks: int = 100,
    embedded: int = 1000,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Return all figures, with a description of the machine.

    :param passages: the sizes of libraries to build. Beyond ``embedded`` passages they hold copies.
    :param libraries: folders of existing libraries to measure.
    :param users: numbers of concurrent users; a single user is always measured first.
    :param articles: JSON lines with ``title`` and ``text``, plain or ``.xz``; the seed articles by default.
    :param questions: the questions to ask; drafted from the articles by default.
    :raises DataError: if the articles cannot be read, or give fewer than two questions.
    :raises QuotewellError: if the questions cannot be asked.
    """
    sample = list(_load_articles(articles, embedded))
    texts = list(questions) or [draft.question for article in sample for draft in draft_questions(article.text)]
    if len(texts) < 2:
        raise DataError("no questions can be drafted from these articles; name a file of questions")
    asked = list(itertools.islice(itertools.cycle(texts), asks + 1))
    passage_texts = [text for article in sample for text in _split(article)]
    progress("embedding", 0, 1)
    figures: dict[str, Any] = {"machine": describe_machine(), "embedding": _embedding(passage_texts[:192])}
    progress("reading", 0, 1)
    figures["reading"] = _reading(asked[0], passage_texts[:40])
    for size in passages:
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "library"
            _fill(library, sample, size, progress)
            figures[f"{size} passages"] = _asking(library, asked, users, progress)
    for library in libraries:
        figures[library.name] = _asking(library, asked, users, progress)
    return figures


class _CopyingEncoder(SentenceEncoder):
    """Embeds each text once; repetitions get its vector with a little noise, at no cost."""

    def __init__(self) -> None:
        super().__init__()
        self._vectors: dict[str, Vectors] = {}
        self._random = np.random.default_rng(0)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        all_new = len(new) == len(texts)
        self._vectors.update(zip(new, super().encode(new, progress), strict=True))
        vectors = np.stack([self._vectors[text] for text in texts])
        if not all_new:
            vectors += self._random.normal(0, NOISE, vectors.shape).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _embedding(texts: Sequence[str]) -> dict[str, Any]:
    """Compare with plain sentence-transformers, alternating the two on each third of the texts."""
    from sentence_transformers import SentenceTransformer

    encoder, plain = SentenceEncoder(), SentenceTransformer(str(BUNDLED), device="cpu")
    encoders: dict[str, Callable[[list[str]], object]] = {"plain": plain.encode, "quotewell": encoder.encode}
    for encode in encoders.values():
        encode(list(texts[:8]))  # loads the weights
    seconds = dict.fromkeys(encoders, 0.0)
    for third in (list(texts[first::3]) for first in range(3)):
        for name, encode in encoders.items():
            start = perf_counter()
            encode(third)
            seconds[name] += perf_counter() - start
    speeds = {f"{name}_passages_per_s": round(len(texts) / spent, 1) for name, spent in seconds.items()}
    return {"passages": len(texts), **speeds, "ratio": round(seconds["plain"] / seconds["quotewell"], 2)}


def _reading(question: str, passages: Sequence[str]) -> dict[str, float]:
    """Return tokens per second by precision and batch size."""
    tokens = sum(SentenceEncoder().count_tokens([f"{question} {passage}" for passage in passages]))
    figures: dict[str, float] = {}
    for dtype, batch in itertools.product(("float32", "int8"), BATCHES):
        reader = ExtractiveReader(dtype=dtype, batch_tokens=batch)
        reader.read(question, passages[:4])
        start = perf_counter()
        reader.read(question, passages)
        figures[f"{dtype}_{batch}_tokens_per_s"] = round(tokens / (perf_counter() - start))
    return figures


def _asking(library: Path, questions: Sequence[str], users: Sequence[int], progress: Progress) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "questions.json"
        file.write_text(json.dumps({"questions": questions, "users": users}), "utf-8")
        command = [sys.executable, "-m", "qa.evaluation.speed.latency", str(library), str(file)]
        errors = Path(folder) / "errors.txt"
        with (
            errors.open("w", encoding="utf-8") as stderr,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as child,  # noqa: S603
        ):
            figures = _follow(child.stdout or (), len(questions) - 1, progress)
        if child.returncode:
            last_line = (errors.read_text("utf-8").split("\n\n")[-1].strip().splitlines() or ["no message"])[-1]
            raise QuotewellError(f"the questions could not be asked of {library}: {last_line}")
    return figures


def _follow(lines: Iterable[str], questions: int, progress: Progress) -> dict[str, Any]:
    """Pass on the number of questions asked so far; return the figures, empty if there are none."""
    figures: dict[str, Any] = {}
    for value in map(json.loads, lines):
        if isinstance(value, int):
            progress("questions", value, questions)
        else:
            figures = value
    return figures


def _fill(folder: Path, articles: Sequence[Article], size: int, progress: Progress) -> None:
    """Fill a library with the articles, and with copies of them under other sources."""
    encoder, settings = _CopyingEncoder(), Settings()
    library = open_library(folder, encoder=encoder.fingerprint, dimension=encoder.dimension)
    with Assistant(library, encoder, build_reader(settings), settings) as assistant:
        added = 0
        for number in itertools.count():
            for first in range(0, len(articles), ARTICLES_AT_ONCE):
                progress("passages", min(added, size), size)
                if added >= size:
                    return
                copies = (
                    Article(original.text, original.title, source=f"{original.source} (copy {number})")
                    for original in articles[first : first + ARTICLES_AT_ONCE]
                )
                added += sum(result.passages for result in assistant.add(*copies).results)


def _load_articles(file: Path | None, passages: int) -> Iterator[Article]:
    """Yield articles until they have enough passages."""
    encoder, count = SentenceEncoder(), 0
    for article in read_articles(file) if file else _load_seeds():
        if count >= passages:
            return
        count += len(split_passages(article, encoder.count_tokens, encoder.max_tokens))
        yield article


def read_articles(file: Path) -> Iterator[Article]:
    """Yield the articles of a file of JSON lines with ``title`` and ``text``, plain or ``.xz``.

    :raises DataError: if it cannot be read.
    """
    try:
        with (lzma.open if file.suffix == ".xz" else open)(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield Article(row["text"], row["title"], source=row["title"])
    except (OSError, ValueError, KeyError, TypeError, lzma.LZMAError) as error:
        raise DataError(f"{file} cannot be read as articles, one JSON object per line: {error}") from None


def _load_seeds() -> Iterable[Article]:
    for path in find_files([seeds.FOLDER], ()):
        for loaded in load(path, max_mb=100):
            if not isinstance(loaded, LoadFailure):
                yield loaded


def _split(article: Article) -> list[str]:
    encoder = SentenceEncoder()
    return [
        f"{context_of(article, passage.start)}\n{article.text[passage.start : passage.end]}"
        for passage in split_passages(article, encoder.count_tokens, encoder.max_tokens)
    ]
