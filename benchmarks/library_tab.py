"""Measure how fast the library tab of the chat is with many articles: opening, searching, sorting, paging.

    python -m benchmarks.library_tab wikipedia-2500.jsonl.xz [--count 2500] [--runs 5]

Each article is added with its title and its first words. The models are loaded and everything is embedded first.
Chromium does what a visitor does; each time ends when the page shows the result. Prints one JSON object of
seconds.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.startup import pages
from qa.assistant import Assistant
from qa.evaluation.machine import describe_machine
from qa.evaluation.speed import read_articles
from qa.types import Article
from ui import start

CHARACTERS = 300


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--count", type=int, default=2500)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with Assistant.in_memory(seed=False) as assistant, pages() as browser:
        if browser is None:
            raise SystemExit("Chromium is not installed")
        whole = itertools.islice(read_articles(arguments.articles), arguments.count)
        assistant.add(
            *(Article(one.text[:CHARACTERS], one.title, f"wiki/{i}.txt") for i, one in enumerate(whole)),
        )
        assistant.warm_up()
        with chat(assistant) as url:
            runs = [measure(browser, url) for _ in range(arguments.runs)]
        result = {"machine": describe_machine(), "articles": assistant.article_count, "runs": len(runs)}
        print(
            json.dumps(result | {name: round(median(run[name] for run in runs), 2) for name in runs[0]}, indent=2)
        )


@contextmanager
def chat(assistant: Assistant) -> Iterator[str]:
    """Serve the chat, and yield its URL."""
    app = start(assistant)
    yield app.address
    app.close()


def measure(browser: Any, url: str) -> dict[str, float]:
    """Return the seconds that each action of a visitor takes."""
    page = browser.new_page()
    times: dict[str, float] = {}

    def timed(name: str, act: Callable[[], object], shown: Any) -> None:
        began = perf_counter()
        act()
        shown.wait_for()
        times[name] = perf_counter() - began

    title, pages_of = page.locator("th.qw-name"), page.get_by_label("Pages of the list")
    first = page.locator(".qw-open").first
    timed("open the page", lambda: page.goto(url, wait_until="commit"), page.locator(".qw-greeting"))
    timed("open the tab", page.get_by_role("tab", name="Library").click, first)
    timed("sort by title", title.get_by_role("button").click, page.locator("th.qw-name[aria-sort=ascending]"))
    timed("next page", pages_of.get_by_label("Next page").click, pages_of.get_by_text("51 to 100"))
    none = page.get_by_text("No articles match")
    timed("search", lambda: page.get_by_label("Search the articles").fill("no such title"), none)
    page.close()
    return times


if __name__ == "__main__":
    main()
