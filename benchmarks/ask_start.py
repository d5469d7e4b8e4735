"""Measure how long ``quotewell ask`` takes in a new process, by itself and with the daemon.

    python -m benchmarks.ask_start [--runs 5]

The two alternate, on a library with the seed article. Prints one JSON object: for each, the median seconds from
the start of the process to its end, and the median seconds of its processor time, without that of the daemon.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from qa.assistant import Assistant
from qa.evaluation.machine import describe_machine

COMMAND = [sys.executable, "-c", "from qa.cli import main; main()"]
QUESTIONS = (
    "How many Shahed drones were used?",
    "Who visited Kyiv?",
    "What did Zelenskiy say about ports?",
    "When did the secretary general come?",
)
WAYS = {"alone": "--no-daemon", "with the daemon": "--daemon"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="qw") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        library = str(Path(folder) / "library")
        Assistant.open(library).close()
        spend("daemon", "--library", library)
        try:
            taken: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
            for number in range(runs):
                for way, option in WAYS.items():
                    question = QUESTIONS[number % len(QUESTIONS)]
                    taken[way].append(spend("ask", question, "--library", library, option))
        finally:
            spend("daemon", "--stop")
    figures = {
        way: {
            "seconds": round(median(seconds for seconds, _ in measured), 2),
            "processor seconds": round(median(processor for _, processor in measured), 2),
        }
        for way, measured in taken.items()
    }
    print(json.dumps({"machine": describe_machine(), "runs": runs, **figures}, indent=2))


def spend(*arguments: str) -> tuple[float, float]:
    """Run a command; return the seconds that it took, and those of processor time."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run([*COMMAND, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return perf_counter() - began, processor


if __name__ == "__main__":
    main()
