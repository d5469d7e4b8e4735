"""Actions of a visitor on the page."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Locator, Page, expect


def ask(page: Page, question: str) -> Locator:
    """Ask, wait for the reply, and return it."""
    number = page.locator(".qw-turn").count()
    page.locator("#qw-ask textarea").fill(question)
    page.keyboard.press("Enter")
    reply = page.locator(".qw-turn").nth(number).locator(".qw-reply")
    expect(reply.locator(".qw-facts").first).to_be_visible()
    return reply


def upload(page: Page, *files: Path) -> Locator:
    """Upload files and return the report."""
    open_tab(page, "Library")
    page.locator("#qw-files input[type=file]").set_input_files(files)
    report = page.locator(".qw-report")
    expect(report.locator("li")).to_have_count(len(files))
    return report


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def set_threshold(page: Page, percent: int) -> None:
    """Set the slider until the browser has stored it: a change before the page is ready can get lost."""
    open_tab(page, "Settings")
    box = page.locator("#qw-threshold input[type=number]")
    kept = "(percent) => window.quotewell?.read('settings', [])[0] === percent"
    for timeout in (1_000, 5_000, 30_000):
        box.fill(str(percent))
        box.press("Tab")
        with suppress(Error):
            page.wait_for_function(kept, arg=percent, timeout=timeout)
            return
    raise AssertionError(f"the browser does not keep {percent}")
