"""Measures speed and memory: embedding, asking by stage, start-up.

    python -m benchmarks.speed ARTICLES.jsonl[.xz] QUESTIONS.json --passages 2000 20000

Articles (one JSON object a line with ``title`` and ``text``) are added to a library on disk until it holds the
wanted number of passages; then questions are asked of it in a fresh process, which gives the memory and the
time from start to first answer. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

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
    parser.add_argument("--asks", type=int, default=200)
    arguments = parser.parse_args()
    results: dict[str, Any] = {"machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        for passages in arguments.passages:
            library = str(Path(folder) / str(passages))
            figures = fill(library, arguments.articles, passages)
            command = [sys.executable, "-c", ASK, library, str(arguments.questions), str(arguments.asks)]
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


def fill(library: str, articles: Path, passages: int) -> dict[str, Any]:
    """Add articles until the library holds so many passages; return the speed of adding."""
    from qa import Article, Assistant

    with Assistant.open(library, seed=False) as assistant:
        assistant.warm_up()
        count, start = 0, perf_counter()
        for batch in _batches(articles):
            report = assistant.add(*(Article(row["text"], row["title"], source=row["title"]) for row in batch))
            count += sum(result.passages for result in report.results)
            print(f"{count}/{passages} passages", file=sys.stderr)
            if count >= passages:
                break
        seconds = perf_counter() - start
    return {"passages": count, "added_per_second": round(count / seconds, 1)}


def ask(library: str, questions: str, asks: int, start: float) -> None:
    """Ask of a library, in a process of its own, and print the figures."""
    from qa import Assistant
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


def _batches(articles: Path, size: int = 16) -> Iterator[list[dict[str, str]]]:
    read = lzma.open if articles.suffix == ".xz" else open
    with read(articles, "rt", encoding="utf-8") as lines:
        batch = []
        for line in lines:
            batch.append(json.loads(line))
            if len(batch) == size:
                yield batch
                batch = []
        yield batch


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
