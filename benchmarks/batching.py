"""Measure throughput and latency when threads share the networks in different ways.

    python -m benchmarks.batching LIBRARY QUESTIONS [--users 1 4 8] [--questions 96]

Each user is a thread that asks one question after another. The ways are: no batcher, so that each thread runs the
networks with all cores; a lock; and ``embeddings.inference.batching`` with one pass at a time or one for each
core, and with a pass for each request or for all waiting requests. They alternate block by block, so that a drift
of the machine affects all alike. All ways must give the same answers. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import torch

from embeddings.inference import batching
from embeddings.inference.batching import Batcher, Ids, Network
from qa.assistant import Assistant
from qa.evaluation import load_examples, sample
from qa.evaluation.machine import describe_machine
from qa.evaluation.metrics.figures import p50_p95
from qa.settings import Settings

BLOCKS = 4


class AsTheyCome(Batcher):
    """No batching: each pass runs at once, with all cores."""

    def run(self, network: Network, ids: Ids, type_ids: Ids = ()) -> torch.Tensor:
        """Run at once."""
        return network(ids, type_ids)


class OneByOne(Batcher):
    """A lock."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def run(self, network: Network, ids: Ids, type_ids: Ids = ()) -> torch.Tensor:
        """Run when no other pass runs."""
        with self._lock:
            return network(ids, type_ids)


WAYS: dict[str, Batcher] = {
    "as they come": AsTheyCome(),
    "one by one": OneByOne(),
    "one by one, together": Batcher(passes=1),
    "side by side": Batcher(batch_tokens=0),
    "side by side, together": Batcher(),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path, help="a file of questions, as for `quotewell evaluate`")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 4, 8])
    parser.add_argument("--count", type=int, default=96, help="questions for each way and number of users")
    arguments = parser.parse_args()
    examples = sample(load_examples(arguments.questions), arguments.count, seed=0)
    questions = [example.question for example in examples]
    settings = Settings.from_environment(cache_size=0)
    with Assistant.open(arguments.library, settings=settings, create=False) as assistant:
        assistant.ask(questions[0])
        figures = {f"{users} users": measure(assistant, questions, users) for users in arguments.users}
    print(json.dumps({"machine": describe_machine()} | figures, indent=2))


def measure(assistant: Assistant, questions: Sequence[str], users: int) -> dict[str, dict[str, float]]:
    """Return the throughput and the latency of each way."""
    seconds: dict[str, float] = dict.fromkeys(WAYS, 0.0)
    latencies: dict[str, list[float]] = {way: [] for way in WAYS}
    for block in range(BLOCKS):
        answers = {}
        for way, batcher in WAYS.items():
            batching.BATCHER = batcher
            start = perf_counter()
            with ThreadPoolExecutor(users) as pool:
                asked = list(pool.map(lambda question: _ask(assistant, question), questions[block::BLOCKS]))
            seconds[way] += perf_counter() - start
            latencies[way] += [spent for spent, _ in asked]
            answers[way] = [answer for _, answer in asked]
        expected = answers["side by side, together"]
        assert all(own == expected for own in answers.values()), "the answers differ"
    return {way: _summary(latencies[way], seconds[way]) for way in WAYS}


def _summary(latencies: Sequence[float], seconds: float) -> dict[str, float]:
    p50, p95 = p50_p95(latencies)
    return {
        "questions_per_s": round(len(latencies) / seconds, 2),
        "p50_ms": round(1000 * p50),
        "p95_ms": round(1000 * p95),
    }


def _ask(assistant: Assistant, question: str) -> tuple[float, str | None]:
    start = perf_counter()
    reply = assistant.ask(question)
    return perf_counter() - start, reply.answer.text if reply.answer else None


if __name__ == "__main__":
    main()
