"""Take the screenshots in docs/images.

python -m tests.browser.screenshots               of the chat; with --only, of some states
python -m tests.browser.screenshots --report RUN  of the report of the run in the folder RUN
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.typesetting.layouts import Layout, typeset_story
from benchmarks.typesetting.stories import invent_story
from qa.assistant import Assistant
from qa.evaluation import Run
from qa.evaluation.report import write_report
from qa.types import Article
from tests.browser.acting import open_tab
from tests.browser.conftest import PATIENCE_MS
from tests.chromium import ARGUMENTS, CHROMIUM
from ui import start

IMAGES = Path(__file__).parents[2] / "docs" / "images"
DRONES = "How many Shahed drones were used?"
CONTRACTS = "How much are the framework contracts worth?"
CAPITAL = "What is the capital of Australia?"
STORM = "How many households in Lumen were without electricity?"
BRIDGE = "How long is the bridge of Osk?"
TOWNS = "Which towns were flooded in May?"
LATE = "Why were the sirens late?"
RUNNING = "Is the old bridge of Osk still open?"
FLOOD = "What do the articles say about the flood?"
WIDE, PHONE = (1280, 800), (390, 844)

# Invented for the screenshots: the seed articles alone would be a short table.
ARTICLES = (
    Article(
        "The new bridge of Osk was opened on Monday. It is 512 metres long and carries two lanes and a tram.\n\n"
        "The old bridge, of 1902, was closed after the flood. The mayor, Ilse Brandt, said that the new bridge of "
        "Osk, 512 metres long, had cost 38 million crowns, two million less than planned.",
        "New bridge of Osk opened",
        "news/osk-bridge.txt",
        dt.date(2024, 5, 13),
        tags=("traffic", "Osk"),
    ),
    Article(
        "The harbour of Lumen served 1,240 ships in 2023, a tenth more than the year before. Timber and marble "
        "make up most of its freight.",
        "Annual report of the harbour of Lumen",
        "reports/lumen-2023.pdf",
        dt.date(2024, 2, 1),
        pages=(0, 60),
        tags=("harbour", "report"),
    ),
    Article(
        "Karst marble has been quarried since the thirteenth century. "
        "The railway of 1857 brought it to the coast.",
        "Karst marble",
        "https://example.org/karst-marble",
        dt.date(2022, 9, 20),
        tags=("stone",),
    ),
    Article(
        "The lighthouse of Vela is 42 metres tall. Anna Berg, who built it in 1911, was the first woman to lead a "
        "public work on the island.",
        "The lighthouse of Vela",
        "notes/vela.md",
        dt.date(2021, 3, 4),
        tags=("harbour",),
    ),
    Article(
        "The storm left 2,000 households in Lumen without electricity on Friday, the grid company said. "
        "Trees fell on the lines at Karst Road.",
        "Storm over Lumen",
        "https://lumen-post.example/storm",
        dt.date(2025, 5, 2),
    ),
    Article(
        "Correction: The storm left 3,100 households in Lumen without electricity, not 2,000 as we reported "
        "on 2 May. The grid company had counted one district only.",
        "Correction: Storm over Lumen",
        "https://lumen-post.example/storm-correction",
        dt.date(2025, 5, 9),
    ),
)


FLOODS = (
    Article(
        "The river Vell flooded Osk, Lumen and Karst in the night of 4 May. Four people are missing.\n\n"
        "The sirens in Osk were late because a gauge upstream had failed and the duty officer waited for a second "
        "reading.",
        "Flood in the Vell valley",
        "news/flood-1.txt",
        dt.date(2024, 5, 5),
        tags=("flood",),
    ),
    Article(
        "All four people who were missing after the flood of the Vell have been found alive. The dyke at Karst "
        "will be moved back by 200 metres.\n\nThe flood has cost 12 million crowns, the county said on Thursday.",
        "Missing people found alive",
        "news/flood-2.txt",
        dt.date(2024, 5, 9),
        tags=("flood",),
    ),
)


def main() -> None:
    """Take a screenshot of a run's report or, without a run, of each state of the chat."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", type=Path, metavar="RUN")
    parser.add_argument(
        "--only", nargs="+", choices=sorted(PICTURES), metavar="NAME", help="only these screenshots"
    )
    arguments = parser.parse_args()
    run = arguments.report
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        if run:
            report(browser, run, IMAGES / "evaluation-report.png")
        else:
            states(browser, arguments.only or ())
        browser.close()


def states(browser: Browser, only: Sequence[str] = ()) -> None:
    """Serve the seed articles and a few more, and take a screenshot of each state, or of some."""
    with Assistant.in_memory() as assistant:
        assistant.add(*ARTICLES, *FLOODS)
        app = start(assistant)
        for name in only or PICTURES:
            PICTURES[name](browser, app.address, IMAGES / f"{name}.png")
        app.close()


def chat(browser: Browser, url: str, path: Path) -> None:
    """Two questions, and the source of the second, which is cited twice."""
    page = opened(browser, url)
    for question in (DRONES, BRIDGE):
        ask(page, question)
    keep(page, path)


def dark(browser: Browser, url: str, path: Path) -> None:
    """An answer and an abstention, in dark colours."""
    page = opened(browser, url, scheme="dark")
    for question in (CONTRACTS, CAPITAL):
        ask(page, question)
    keep(page, path)


def several(browser: Browser, url: str, path: Path) -> None:
    """A list and a reason."""
    page = opened(browser, url)
    for question in (LATE, TOWNS):
        ask(page, question)
    keep(page, path)


def quotes(browser: Browser, url: str, path: Path) -> None:
    """The quotes about a topic, in dark colours."""
    page = opened(browser, url, scheme="dark")
    ask(page, FLOOD)
    keep(page, path)


def quotes_on_a_phone(browser: Browser, url: str, path: Path) -> None:
    """A question for yes or no, and the quotes about a topic, at the width of a phone."""
    page = opened(browser, url, size=PHONE)
    for question in (RUNNING, FLOOD):
        ask(page, question)
    keep(page, path)


def library(browser: Browser, url: str, path: Path) -> None:
    """The table of articles, and a filter for the conversation."""
    page = opened(browser, url)
    ask(page, BRIDGE)
    open_tab(page, "Library")
    page.locator(".qw-tag", has_text="harbour").first.click()
    page.locator(".qw-chip").wait_for()
    page.get_by_text("Filter articles").click()
    keep(page, path)


def settings(browser: Browser, url: str, path: Path) -> None:
    """The settings next to an empty conversation."""
    page = opened(browser, url)
    open_tab(page, "Settings")
    keep(page, path)


def phone(browser: Browser, url: str, path: Path) -> None:
    """One question at the width of a phone."""
    page = opened(browser, url, size=PHONE)
    ask(page, DRONES)
    keep(page, path)


def timeline(browser: Browser, url: str, path: Path) -> None:
    """An answer that a later article corrected."""
    page = opened(browser, url)
    ask(page, STORM)
    keep(page, path)


def timeline_dark(browser: Browser, url: str, path: Path) -> None:
    """The same in dark colours."""
    page = opened(browser, url, scheme="dark")
    ask(page, STORM)
    keep(page, path)


def timeline_phone(browser: Browser, url: str, path: Path) -> None:
    """The same at the width of a phone."""
    page = opened(browser, url, size=PHONE)
    ask(page, STORM)
    keep(page, path)


def page_of_a_pdf(browser: Browser, _: str, path: Path) -> None:
    """The page of a PDF with the quote marked, from a library of its own."""
    story = invent_story(random.Random(4))
    layout = Layout(columns=2, size=10, font="Times-Roman", hyphens=True, justified=True, height=300)
    with tempfile.TemporaryDirectory() as folder, Assistant.in_memory(seed=False) as assistant:
        file = Path(folder, "report-of-penwith.pdf")
        file.write_bytes(typeset_story(story, layout, 4).data)
        assistant.add(file)
        app = start(assistant)
        page = opened(browser, app.address)
        ask(page, story.facts[0].question)
        page.locator("button[data-form=page]").click()
        page.locator(".qw-spot").wait_for(state="attached")
        keep(page, path)
        app.close()


def report(browser: Browser, run: Path, path: Path) -> None:
    """The figures and plots of a report, which is written again first."""
    page = browser.new_page(viewport={"width": 1200, "height": 1500})
    page.goto(write_report(Run.load(run)).as_uri())
    end = page.locator("#breakdown").bounding_box()
    assert end
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": 1200, "height": end["y"]})


PICTURES: dict[str, Callable[[Browser, str, Path], None]] = {
    "chat": chat,
    "chat-dark": dark,
    "chat-list": several,
    "chat-quotes": quotes,
    "chat-quotes-phone": quotes_on_a_phone,
    "chat-library": library,
    "chat-settings": settings,
    "chat-page": page_of_a_pdf,
    "chat-phone": phone,
    "timeline": timeline,
    "timeline-dark": timeline_dark,
    "timeline-phone": timeline_phone,
}


def opened(browser: Browser, url: str, size: tuple[int, int] = WIDE, scheme: str = "light") -> Page:
    """Open the chat in a new browser with this size and colour scheme."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=1 if size == WIDE else 2,
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.locator("#qw-conversation .qw-greeting").wait_for()
    return page


def ask(page: Page, question: str) -> None:
    """Ask and wait for the reply and its source."""
    number = page.locator(".qw-turn").count()
    page.locator("#qw-ask textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator(".qw-turn").nth(number).locator(".qw-facts").first.wait_for()
    page.locator("button[aria-current]").first.wait_for()


def keep(page: Page, path: Path) -> None:
    """Take a screenshot after the page has settled."""
    page.locator("#qw-ask textarea").blur()
    page.wait_for_timeout(800)
    page.screenshot(path=path)
    page.context.close()


if __name__ == "__main__":
    main()
