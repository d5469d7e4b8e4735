"""Measures speed and memory: embedding, asking by stage, start-up.

    python -m benchmarks.speed ARTICLES.jsonl[.xz] QUESTIONS.json --passages 2000 20000

Articles (one JSON object a line with ``title`` and ``text``) are added to a library on disk until it holds the
wanted number of passages; beyond ``--embedded`` these are copies of the first ones, which cost no embedding. Then
questions are asked of it in a fresh process, which gives the memory and the time from start to first answer.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from embeddings.encoder import SentenceEncoder, Vectors
from qa.assistant import Assistant, reader_of
from qa.library.sqlite import SqliteLibrary
from qa.settings import Settings
from qa.types import Article

ASK = """
import sys, time
start = time.perf_counter()
from benchmarks.speed import ask
ask(sys.argv[1], sys.argv[2], int(sys.argv[3]), start)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[2000, 20000])
    parser.add_argument(
        "--embedded", type=int, default=2000, help="passages to embed; the rest are copies of them"
    )
    parser.add_argument("--asks", type=int, default=200)
    arguments = parser.parse_args()
    results: dict[str, Any] = {"machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        for passages in arguments.passages:
            library = Path(folder) / str(passages)
            figures = fill(library, arguments.articles, passages, arguments.embedded)
            command = [sys.executable, "-c", ASK, str(library), str(arguments.questions), str(arguments.asks)]
            asked = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            results[f"{passages} passages"] = figures | json.loads(asked)
    print(json.dumps(results, indent=2))


def machine() -> dict[str, Any]:
    """Describe what this runs on."""
    import torch

    models = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


class Memo(SentenceEncoder):
    """An encoder that remembers, so that copies of an article cost no embedding."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Embed the texts that are new."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().encode(new, progress), strict=True))
        return np.stack([self._known[text] for text in texts])


def fill(folder: Path, articles: Path, passages: int, embedded: int) -> dict[str, Any]:
    """Fill a library with new articles, then with copies of them; return the speed of the new."""
    encoder, settings = Memo(), Settings()
    library = SqliteLibrary.open(folder, encoder=encoder.fingerprint, dimension=encoder.dimension)
    with Assistant(library, encoder, reader_of(settings), settings) as assistant:
        assistant.warm_up()
        rows: list[dict[str, str]] = []
        new, start = 0, perf_counter()
        for row in read_rows(articles):
            if new >= min(passages, embedded):
                break
            rows.append(row)
            new += _add(assistant, [row])
        seconds = perf_counter() - start
        count = new
        for copy in itertools.count(1):
            if count >= passages:
                break
            count += _add(assistant, rows, f" (copy {copy})")
    return {"passages": count, "embedded": new, "added_per_second": round(new / seconds, 1)}


def _add(assistant: Assistant, rows: Sequence[dict[str, str]], suffix: str = "") -> int:
    report = assistant.add(*(Article(row["text"], row["title"], source=row["title"] + suffix) for row in rows))
    return sum(result.passages for result in report.results)


def ask(library: str, questions: str, asks: int, start: float) -> None:
    """Ask of a library, in a process of its own, and print the figures."""
    from qa.evaluation import load_examples, sample

    examples = sample(load_examples(questions), asks + 1, seed=0)
    with Assistant.open(library, create=False) as assistant:
        assistant.ask(examples[0].question)
        first = perf_counter() - start
        stages: list[dict[str, float]] = []
        totals: list[float] = []
        for example in examples[1:]:
            began = perf_counter()
            stages.append(dict(assistant.ask(example.question).timings))
            totals.append(perf_counter() - began)
    figures: dict[str, Any] = {"start_to_first_answer_s": round(first, 2), "resident_mb": _resident_mb()}
    for name in stages[0]:
        figures[f"{name}_ms"] = _percentiles([stage[name] for stage in stages])
    print(json.dumps(figures | {"total_ms": _percentiles(totals)}))


def read_rows(articles: Path) -> Iterator[dict[str, str]]:
    """Yield the articles of a file of JSON lines, as they are or in xz."""
    read = lzma.open if articles.suffix == ".xz" else open
    with read(articles, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _percentiles(seconds: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}


def _resident_mb() -> int:
    (line,) = (line for line in _lines("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    main()
