"""Measure the time from ``quotewell serve`` to a page that can be used, stage by stage.

    python -m benchmarks.startup [--runs 5] [--imports 15]

The first start warms the disk caches; it is reported separately. The page can be used when
Chromium shows its greeting. Prints one JSON object of seconds and, with ``--imports``, the slowest imports.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.serving import served
from qa.assistant import Assistant
from qa.evaluation.machine import describe_machine

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 120  # seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--imports", type=int, default=0, help="how many of the slowest imports to show")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, pages() as browser:
        library = Path(folder) / "library"
        Assistant.open(library).close()
        first = start_once(library, browser)
        runs = [start_once(library, browser) for _ in range(arguments.runs)]
        stages = {stage: round(median(run[stage] for run in runs), 2) for stage in runs[0]}
        result = {
            "machine": describe_machine(),
            "browser": bool(browser),
            "runs": len(runs),
            "median": stages,
            "first": first,
        }
        print(json.dumps(result, indent=2))
        if arguments.imports:
            print("\n".join(slowest_imports(arguments.imports)))


def start_once(library: Path, browser: Any) -> dict[str, float]:
    """Serve the library and open the page; return the seconds until each stage was reached."""
    began = perf_counter()
    stages: dict[str, float] = {}

    def reached(stage: str) -> None:
        stages[stage] = round(perf_counter() - began, 2)

    with served(library) as server:
        reached("server is up")
        with urlopen(Request(server.url, headers=server.headers), timeout=PATIENCE) as page:
            page.read()
        reached("page is answered")
        if browser:
            opened = browser.new_page()
            opened.goto(server.address, wait_until="commit")
            opened.locator(".qw-greeting").wait_for(timeout=PATIENCE * 1000)
            reached("page can be used")
            opened.close()
    return stages


@contextmanager
def pages() -> Iterator[Any]:
    """Yield a running browser, or None if Chromium is not installed."""
    if not CHROMIUM:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def slowest_imports(count: int) -> list[str]:
    """Return the modules that take longest to import, with the seconds of each and all that it imports."""
    code = "import ui, qa.assistant"
    lines = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    ).stderr.splitlines()
    times = [line.removeprefix("import time:").split("|") for line in lines if line.startswith("import time:")]
    totals = [(int(total), name.strip()) for _, total, name in times if total.strip().isdigit()]
    return [f"{microseconds / 1e6:6.2f}  {name}" for microseconds, name in sorted(totals, reverse=True)[:count]]


if __name__ == "__main__":
    main()
