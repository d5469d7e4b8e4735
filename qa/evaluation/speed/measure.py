"""Measures on articles: those of a file, or the seeds."""

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
from embeddings.encoder import SentenceEncoder, Vectors, packaged_folder
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
"""How far, in each direction, the vector of a copy lies from its original's."""
Progress = Callable[[str, int, int], None]
"""Is told of a stage, and how many of how many passages or questions of it are done."""


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

    :param passages: sizes of libraries to ask. Beyond ``embedded`` passages they hold copies of the first.
    :param libraries: folders of libraries to ask as they are.
    :param users: how many ask at once, after one who asks alone.
    :param articles: JSON lines with ``title`` and ``text``, plain or ``.xz``; the seed articles by default.
    :param questions: what is asked; by default, questions made from the articles.
    :raises DataError: when the articles give fewer than two questions or cannot be read.
    """
    some = list(_articles(articles, embedded))
    asked = list(questions) or [draft.question for article in some for draft in draft_questions(article.text)]
    if len(asked) < 2:
        raise DataError("these articles give no questions; name a file with some")
    asked = list(itertools.islice(itertools.cycle(asked), asks + 1))
    texts = [text for article in some for text in _texts(article)]
    progress("embedding", 0, 1)
    figures: dict[str, Any] = {"machine": describe_machine(), "embedding": _embedding(texts[:192])}
    progress("reading", 0, 1)
    figures["reading"] = _reading(asked[0], texts[:40])
    for size in passages:
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "library"
            _fill(library, some, size, progress)
            figures[f"{size} passages"] = _asking(library, asked, users, progress)
    for library in libraries:
        figures[library.name] = _asking(library, asked, users, progress)
    return figures


class _Copying(SentenceEncoder):
    """Embeds a text once; each later time it gets the same vector with a little noise, which costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Vectors] = {}
        self._random = np.random.default_rng(0)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        fresh = len(new) == len(texts)
        self._known.update(zip(new, super().encode(new, progress), strict=True))
        vectors = np.stack([self._known[text] for text in texts])
        if not fresh:
            vectors += self._random.normal(0, NOISE, vectors.shape).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _embedding(texts: Sequence[str]) -> dict[str, Any]:
    """Compare with the plain loop of sentence-transformers: each takes a turn on each third of the texts."""
    from sentence_transformers import SentenceTransformer

    encoder, plain = SentenceEncoder(), SentenceTransformer(str(packaged_folder()), device="cpu")
    ways: dict[str, Callable[[list[str]], object]] = {"plain": plain.encode, "quotewell": encoder.encode}
    for encode in ways.values():
        encode(list(texts[:8]))  # loads the weights
    seconds = dict.fromkeys(ways, 0.0)
    for third in (list(texts[first::3]) for first in range(3)):
        for name, encode in ways.items():
            start = perf_counter()
            encode(third)
            seconds[name] += perf_counter() - start
    speeds = {f"{name}_passages_per_s": round(len(texts) / spent, 1) for name, spent in seconds.items()}
    return {"passages": len(texts), **speeds, "ratio": round(seconds["plain"] / seconds["quotewell"], 2)}


def _reading(question: str, passages: Sequence[str]) -> dict[str, float]:
    """Return tokens a second by precision and batch."""
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
        file = Path(folder) / "asked.json"
        file.write_text(json.dumps({"questions": questions, "users": users}), "utf-8")
        command = [sys.executable, "-m", "qa.evaluation.speed.latency", str(library), str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
            said = [*_told(child.stdout or (), len(questions) - 1, progress)]
        if child.returncode:
            raise QuotewellError("the questions could not be asked; see what is written above")
    figures: dict[str, Any] = said[-1]
    return figures


def _told(lines: Iterable[str], questions: int, progress: Progress) -> Iterator[dict[str, Any]]:
    """Pass on how many questions were asked; yield the figures."""
    for said in map(json.loads, lines):
        if isinstance(said, int):
            progress("questions", said, questions)
        else:
            yield said


def _fill(folder: Path, articles: Sequence[Article], size: int, progress: Progress) -> None:
    """Fill a library with the articles and copies of them under other sources."""
    encoder, settings = _Copying(), Settings()
    library = open_library(folder, encoder=encoder.fingerprint, dimension=encoder.dimension)
    with Assistant(library, encoder, build_reader(settings), settings) as assistant:
        held = 0
        for number in itertools.count():
            for first in range(0, len(articles), ARTICLES_AT_ONCE):
                progress("passages", min(held, size), size)
                if held >= size:
                    return
                some = articles[first : first + ARTICLES_AT_ONCE]
                copies = (Article(one.text, one.title, source=f"{one.source} (copy {number})") for one in some)
                held += sum(result.passages for result in assistant.add(*copies).results)


def _articles(file: Path | None, passages: int) -> Iterator[Article]:
    """Yield articles until they have enough passages."""
    encoder, held = SentenceEncoder(), 0
    for article in read_articles(file) if file else _seeds():
        if held >= passages:
            return
        held += len(split_passages(article, encoder.count_tokens, encoder.max_tokens))
        yield article


def read_articles(file: Path) -> Iterator[Article]:
    """Yield the articles of a file of JSON lines with ``title`` and ``text``, plain or ``.xz``.

    :raises DataError: when it cannot be read as such.
    """
    try:
        with (lzma.open if file.suffix == ".xz" else open)(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield Article(row["text"], row["title"], source=row["title"])
    except (OSError, ValueError, KeyError, TypeError, lzma.LZMAError) as error:
        raise DataError(f"{file} cannot be read as articles, one JSON object a line: {error}") from None


def _seeds() -> Iterable[Article]:
    for path in find_files([seeds.FOLDER], ()):
        for loaded in load(path, max_mb=100):
            if not isinstance(loaded, LoadFailure):
                yield loaded


def _texts(article: Article) -> list[str]:
    encoder = SentenceEncoder()
    return [
        f"{context_of(article, passage.start)}\n{article.text[passage.start : passage.end]}"
        for passage in split_passages(article, encoder.count_tokens, encoder.max_tokens)
    ]
