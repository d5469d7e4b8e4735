"""Measure the first visit to the chat, with an empty cache: how soon it shows, how it shifts, what it loads.

    python -m benchmarks.first_visit [--runs 5]

Chromium opens the page as a desktop, as a phone, and as the phone that Lighthouse simulates: with a processor four
times as slow, and 1.6 Mbit/s and 150 ms a round trip. The server is warm. Prints one JSON object with the medians:
seconds until the first and the largest content is painted, until the page can be used, and in which long tasks
blocked it; the sum of its layout shifts; the requests and the bytes that came over the network.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from statistics import median
from time import sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks.serving import Served, served
from benchmarks.startup import PATIENCE, pages
from qa.assistant import Assistant
from qa.evaluation.machine import describe_machine

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": PHONE,
    "slow phone": PHONE,
}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWDOWN = 4
SETTLED = 2000  # milliseconds after the page can be used, in which it still may shift and load
WATCH = """
window.watched = { largest: 0, shifts: 0, blocked: 0 };
const watch = (type, see) =>
  new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
watch("largest-contentful-paint", (paint) => (watched.largest = paint.startTime));
watch("layout-shift", (shift) => (watched.shifts += shift.hadRecentInput ? 0 : shift.value));
watch("longtask", (task) => (watched.blocked += task.duration - 50));
"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, pages() as browser:
        if browser is None:
            raise SystemExit("Chromium is not installed")
        library = Path(folder) / "library"
        Assistant.open(library).close()
        with served(library) as server:
            warm_up(server, browser)
            result = {"machine": describe_machine(), "runs": arguments.runs}
            for device in DEVICES:
                visits = [visit(server, browser, device) for _ in range(arguments.runs)]
                result[device] = {name: round(median(each[name] for each in visits), 3) for name in visits[0]}
    print(json.dumps(result, indent=2))


def warm_up(server: Served, browser: Any) -> None:
    """Wait until the server has loaded its models, which it does after the first page."""
    visit(server, browser, "desktop")
    for _ in range(PATIENCE):
        try:
            urlopen(f"{server.url}readyz", timeout=PATIENCE).close()
            return
        except HTTPError:
            sleep(1)
    raise SystemExit("the server did not load its models")


def visit(server: Served, browser: Any, device: str) -> dict[str, float]:
    """Open the page in a new browser and return the figures."""
    context = browser.new_context(**DEVICES[device])
    context.request.get(server.address)  # log in
    page = context.new_page()
    page.add_init_script(WATCH)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    sizes: list[float] = []
    network = context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.send("Network.enable")
    if device == "slow phone":
        network.send("Network.emulateNetworkConditions", SLOW)
        network.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(server.url, wait_until="commit")
    page.locator("#qw-conversation .qw-greeting").wait_for(timeout=1000 * PATIENCE)
    usable = page.evaluate("performance.now()")
    page.wait_for_timeout(SETTLED)
    watched = page.evaluate("watched")
    figures = {
        "first paint": page.evaluate(FIRST_PAINT) / 1000,
        "largest paint": watched["largest"] / 1000,
        "can be used": usable / 1000,
        "blocked": watched["blocked"] / 1000,
        "layout shifts": watched["shifts"],
        "requests": len([url for url in requests if url.startswith("http")]),
        "kB": sum(sizes) / 1000,
    }
    context.close()
    return figures


if __name__ == "__main__":
    main()
