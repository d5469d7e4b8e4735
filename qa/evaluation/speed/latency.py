"""Ask a library questions in a separate process, to measure its memory and the time to the first answer.

python -m qa.evaluation.speed.latency LIBRARY QUESTIONS.json

QUESTIONS.json holds ``questions``, and under ``users`` the numbers of concurrent users to repeat them with.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["ask_all"]

REPEATED = 50


def main() -> None:
    """Print the number of questions asked so far, one per line, and then the figures as a JSON object."""
    start = perf_counter()
    library, questions = map(Path, sys.argv[1:])
    print(json.dumps(ask_all(library, start=start, **json.loads(questions.read_text("utf-8")))))  # noqa: T201


def ask_all(library: Path, questions: Sequence[str], users: Sequence[int] = (), *, start: float) -> dict[str, Any]:
    """Ask the first question to warm up, then time the others by stage, in milliseconds.

    The cache is off, except for ``again_ms``: the time of the first questions when they are repeated.
    """
    from qa.assistant import Assistant
    from qa.settings import Settings

    settings = Settings.from_environment(cache_size=0)
    with Assistant.open(library, settings=settings, create=False) as assistant:
        assistant.ask(questions[0])
        first = perf_counter() - start
        figures = _one_by_one(assistant, questions[1:]) | {"resident_mb": _resident_mb()}
        figures |= {f"{count} users": _at_once(assistant, questions[1:], count) for count in users}
        passages = assistant.embedding_state().passages
    with Assistant.open(library, create=False) as assistant:
        for question in questions[:REPEATED]:
            assistant.ask(question)
        figures["again_ms"] = _percentiles([_timed(assistant, question) for question in questions[:REPEATED]])
    return {"passages": passages, "start_to_first_answer_s": round(first, 2)} | figures


def _one_by_one(assistant: Assistant, questions: Sequence[str]) -> dict[str, Any]:
    times: dict[str, list[float]] = {}
    read = 0
    for number, question in enumerate(questions, 1):
        began = perf_counter()
        reply = assistant.ask(question)
        for stage, seconds in {**reply.timings, "total": perf_counter() - began}.items():
            times.setdefault(stage, []).append(seconds)
        read += sum(reading.was_read for reading in reply.readings)
        print(number, flush=True)  # noqa: T201
    stages = {f"{stage}_ms": _percentiles(seconds) for stage, seconds in times.items()}
    return {"questions": len(questions), "passages_read": round(read / len(questions), 2), **stages}


def _at_once(assistant: Assistant, questions: Sequence[str], users: int) -> dict[str, Any]:
    """Ask from as many threads as there are users, each asking one question after another."""
    began = perf_counter()
    with ThreadPoolExecutor(users) as pool:
        times = list(pool.map(partial(_timed, assistant), questions))
    speed = round(len(questions) / (perf_counter() - began), 2)
    return {"questions_per_s": speed, "total_ms": _percentiles(times)}


def _timed(assistant: Assistant, question: str) -> float:
    began = perf_counter()
    assistant.ask(question)
    return perf_counter() - began


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    from qa.evaluation.metrics.figures import p50_p95

    return {f"p{p}": round(1000 * value, 1) for p, value in zip((50, 95), p50_p95(seconds), strict=True)}


def _resident_mb() -> int | None:
    """Return the peak resident memory of the process in MB, or None where the system does not report it."""
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), None)


if __name__ == "__main__":
    main()
