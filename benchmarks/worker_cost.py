"""Measure what it costs to parse small files in a worker process instead of in the process that adds them.

    python -m benchmarks.worker_cost [--files 2000] [--rounds 2]

Adds small HTML and Markdown files to a new library, without embedding them, and as a control text files, which are
never parsed in a worker. Blocks with the worker and blocks without alternate, so that a drift of the machine
affects both alike. CPU time is that of the process and its workers; each block starts its own. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from unittest.mock import patch

import seeds
from qa.assistant import Assistant
from qa.evaluation.machine import describe_machine
from qa.loaders.worker import pool

IN_PROCESS: frozenset[str] = frozenset()
"""The formats that are parsed in a worker, when there are none."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=4, help="how often all files are added each way")
    arguments = parser.parse_args()
    figures: dict[str, object] = {"machine": describe_machine()}
    with tempfile.TemporaryDirectory() as folder:
        for name, suffixes in {"HTML and Markdown": (".html", ".md"), "text": (".txt",)}.items():
            documents = write_files(Path(folder) / name, suffixes, arguments.files)
            figures[name] = measure(documents, arguments.rounds)
    print(json.dumps(figures, indent=2))


def write_files(folder: Path, suffixes: Sequence[str], count: int) -> Path:
    """Write small files and return their folder."""
    random = Random(0)
    sentences = " ".join(path.read_text("utf-8") for path in sorted(seeds.FOLDER.glob("*.txt"))).split(". ")
    folder.mkdir()
    for number in range(count):
        suffix = suffixes[number % len(suffixes)]
        title, paragraphs = f"Article {number}", [". ".join(random.choices(sentences, k=4)) for _ in range(3)]
        (folder / f"{number}{suffix}").write_text(render(suffix, title, paragraphs), encoding="utf-8")
    return folder


def render(suffix: str, title: str, paragraphs: Sequence[str]) -> str:
    """Return a document of this format."""
    if suffix == ".html":
        body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
        return (
            f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
        )
    heading = f"# {title}\n\n" if suffix == ".md" else f"{title}\n\n"
    return heading + "\n\n".join(paragraphs)


def measure(folder: Path, rounds: int) -> dict[str, float]:
    """Return the median seconds per 1,000 files each way, and what the worker costs more, in percent."""
    cpu: dict[bool, list[float]] = {True: [], False: []}
    wall: dict[bool, list[float]] = {True: [], False: []}
    add(folder, in_worker=False)  # imports and weights
    for number in range(rounds):
        for in_worker in (True, False) if number % 2 else (False, True):
            spent = add(folder, in_worker=in_worker)
            cpu[in_worker].append(spent[0])
            wall[in_worker].append(spent[1])
    thousands = len(list(folder.iterdir())) / 1000
    figures = {}
    for name, seconds in {"cpu": cpu, "wall": wall}.items():
        worker, in_process = median(seconds[True]), median(seconds[False])
        figures[f"{name}_s_worker"] = round(worker / thousands, 3)
        figures[f"{name}_s_in_process"] = round(in_process / thousands, 3)
        figures[f"{name}_more_percent"] = round(100 * (worker / in_process - 1), 1)
    return figures


def add(folder: Path, *, in_worker: bool) -> tuple[float, float]:
    """Add the files to a new library and return the CPU time and the time, in seconds."""
    with tempfile.TemporaryDirectory() as library, Assistant.open(Path(library) / "l", seed=False) as assistant:
        cpu, start = cpu_seconds(), perf_counter()
        if in_worker:
            report = assistant.add(folder, embed="later")
        else:
            with (
                patch("qa.loaders.registry.UNTRUSTED", IN_PROCESS),
                patch("qa.loaders.files.UNTRUSTED", IN_PROCESS),
            ):
                report = assistant.add(folder, embed="later")
        wall = perf_counter() - start
        pool.shut_down()  # the CPU time of a process counts when it has ended
        assert report.count("added") == len(report.results), report
        return cpu_seconds() - cpu, wall


def cpu_seconds() -> float:
    """Return the CPU time of this process and of its children that have ended."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    main()
