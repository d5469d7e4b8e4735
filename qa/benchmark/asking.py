"""Asks questions of a library in a process of its own, which gives the memory and the time to the first answer.

python -m qa.benchmark.asking LIBRARY QUESTIONS.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

__all__ = ["ask_all"]


def main() -> None:
    """Print the figures as one JSON object."""
    start = perf_counter()
    library, questions = map(Path, sys.argv[1:])
    print(json.dumps(ask_all(library, json.loads(questions.read_text("utf-8")), start)))  # noqa: T201


def ask_all(library: Path, questions: list[str], start: float) -> dict[str, Any]:
    """Ask the first question to start with, then time the others, in milliseconds by stage."""
    import numpy as np

    from qa.assistant import Assistant
    from qa.settings import Settings
    from qa.timings import p50_p95

    times: dict[str, list[float]] = {}
    read: list[int] = []
    settings = Settings.from_environment(cache_size=0)
    with Assistant.open(library, settings=settings, create=False) as assistant:
        assistant.ask(questions[0])
        first = perf_counter() - start
        for question in questions[1:]:
            began = perf_counter()
            reply = assistant.ask(question)
            for stage, seconds in {**reply.timings, "total": perf_counter() - began}.items():
                times.setdefault(stage, []).append(1000 * seconds)
            read.append(sum(reading.was_read for reading in reply.readings))
    stages = {
        f"{stage}_ms": {f"p{p}": round(value, 1) for p, value in zip((50, 95), p50_p95(every), strict=True)}
        for stage, every in times.items()
    }
    return {
        "questions": len(read),
        "start_to_first_answer_s": round(first, 2),
        "resident_mb": _resident_mb(),
        "passages_read": round(float(np.mean(read)), 2),
        **stages,
    }


def _resident_mb() -> int | None:
    """Return the most memory that the process held, where Linux tells."""
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), None)


if __name__ == "__main__":
    main()
