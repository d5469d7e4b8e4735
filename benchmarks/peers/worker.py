"""A system in a separate process, with commands as JSON lines on standard input and results on standard output.

python -m benchmarks.peers.worker SYSTEM EMBEDDER READER
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.peers.base import Models, Paragraph, System, load

__all__ = ["Worker", "main"]

WARM_UP = "Which city is the capital of France?"


class Worker:
    """Runs commands on one system."""

    def __init__(self, name: str, models: Models) -> None:
        self._system: System = load(name, models)

    def index(self, corpus: str, folder: str, vectors: str | None = None) -> dict[str, Any]:
        """Index a file of paragraphs into a folder.

        The time starts with the models loaded and the texts in memory. Writing to disk counts if the system does
        it while it indexes.
        """
        rows = _vectors(vectors)
        paragraphs = [Paragraph(**json.loads(line)) for line in Path(corpus).read_text("utf-8").splitlines()]
        self._system.create(Path(folder))
        began = perf_counter()
        self._system.index(paragraphs, rows)
        seconds = perf_counter() - began
        self._system.save(Path(folder))
        return {"seconds": seconds, "paragraphs": len(paragraphs)}

    def open(self, folder: str) -> dict[str, Any]:
        """Open a folder that was indexed, and ask a first question, so that everything is loaded."""
        began = perf_counter()
        self._system.open(Path(folder))
        self._ask(WARM_UP)
        return {"seconds": perf_counter() - began, "settings": self._system.settings | _threads()}

    def ask(self, questions: list[str], users: int = 1) -> dict[str, Any]:
        """Ask the questions, ``users`` at a time."""
        began = perf_counter()
        if users == 1:
            answers = [self._ask(question) for question in questions]
        else:
            with ThreadPoolExecutor(users) as pool:
                answers = list(pool.map(self._ask, questions))
        return {"seconds": perf_counter() - began, "answers": answers}

    def search(self, questions: list[str], k: int) -> dict[str, Any]:
        """Return the k best documents for each question."""
        return {"rankings": [self._system.search(question, k) for question in questions]}

    def _ask(self, question: str) -> dict[str, Any]:
        began = perf_counter()
        try:
            answer = self._system.ask(question).to_dict()
        except Exception as error:  # counts as a wrong answer
            answer = {"text": "", "error": f"{type(error).__name__}: {error}"[:200]}
        return answer | {"seconds": perf_counter() - began}


def main() -> None:
    """Run commands until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # keep what libraries print out of the results
    name, embedder, reader = sys.argv[1:]
    worker = Worker(name, Models(embedder, reader))
    for line in sys.stdin:
        command = json.loads(line)
        do: Callable[..., dict[str, Any]] = getattr(worker, command.pop("do"))
        replies.write(json.dumps(do(**command) | {"peak_mb": _peak_mb()}) + "\n")
        replies.flush()


def _vectors(path: str | None) -> Any:
    import numpy as np

    return None if path is None else np.load(path, mmap_mode="r")


def _threads() -> dict[str, int]:
    import torch

    return {"torch_threads": torch.get_num_threads()}


def _peak_mb() -> int:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
