"""Measure how much faster a folder is added when all cores load its files, and what that costs.

    python -m benchmarks.loading_cores [--files 200] [--rounds 3]

Adds HTML and PDF files, as many of each, to a new library without embedding them: parsed in the process that
adds them, in one worker process, and in as many as there are cores. The three take turns, so that a drift of the
machine affects all alike. CPU time is that of all processes. The pages are invented, with a menu and teasers
around the article. Prints JSON: median seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest.mock import patch

from benchmarks.pdf_questions import documents
from benchmarks.typesetting.stories import Story, invent_story
from benchmarks.worker_cost import IN_PROCESS, cpu_seconds
from qa.assistant import Assistant
from qa.evaluation.machine import describe_machine
from qa.loaders import WORKERS
from qa.loaders.worker import pool

WAYS = {"in the process itself": 0, "in one worker": 1, f"in {WORKERS} workers": WORKERS}
LINKS, TEASERS = 300, 60


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3, help="how often all files are added each way")
    arguments = parser.parse_args()
    figures: dict[str, object] = {"machine": describe_machine()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        figures["megabytes"] = round(write_files(folder, arguments.files) / 1e6, 1)
        _add(folder, 0)  # imports
        spent: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
        for way in [*WAYS] * arguments.rounds:
            spent[way].append(_add(folder, WAYS[way]))
    for way, times in spent.items():
        cpu, wall = (round(median(seconds), 2) for seconds in zip(*times, strict=True))
        figures[way] = {"cpu_s": cpu, "wall_s": wall}
    print(json.dumps(figures, indent=2))


def write_files(folder: Path, count: int) -> int:
    """Write as many pages as PDFs; return their size in bytes."""
    for number, document in enumerate(islice(cycle(documents()), count // 2)):
        (folder / f"{number:04}.pdf").write_bytes(document.data)
        page = _page(invent_story(random.Random(number), paragraphs=20), random.Random(number))
        (folder / f"{number:04}.html").write_text(page, encoding="utf-8")
    return sum(path.stat().st_size for path in folder.iterdir())


def _page(story: Story, rng: random.Random) -> str:
    teasers = [paragraph[:160] for paragraph in story.paragraphs]
    menu = "".join(f'<li class="menu-item"><a href="/section/{n}">Section {n}</a></li>' for n in range(LINKS))
    related = "".join(
        f'<div class="teaser"><a href="/{n}"><h3>Story {n}</h3><p>{rng.choice(teasers)}</p></a></div>'
        for n in range(TEASERS)
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>{story.title}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>{story.title}</h1>{text}</article></main><aside>{related}</aside></body></html>"
    )


def _add(folder: Path, workers: int) -> tuple[float, float]:
    """Add the files to a new library; return the CPU time and the time, in seconds."""
    with (
        tempfile.TemporaryDirectory() as library,
        _workers(workers),
        Assistant.open(Path(library) / "l", seed=False) as assistant,
    ):
        cpu, start = cpu_seconds(), perf_counter()
        report = assistant.add(folder, embed="later")
        wall = perf_counter() - start
        pool.shut_down()  # the CPU time of a process counts when it has ended
        assert report.count("added") == len(report.results), report
        return cpu_seconds() - cpu, wall


@contextmanager
def _workers(count: int) -> Iterator[None]:
    """Load files in so many worker processes at once; 0: in this process."""
    with ExitStack() as stack:
        stack.enter_context(patch("qa.indexing.loading_ahead.WORKERS", max(count, 1)))
        if not count:
            stack.enter_context(patch("qa.loaders.registry.UNTRUSTED", IN_PROCESS))
            stack.enter_context(patch("qa.loaders.files.UNTRUSTED", IN_PROCESS))
        yield


if __name__ == "__main__":
    main()
