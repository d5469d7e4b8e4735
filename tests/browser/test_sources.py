from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import ask
from tests.browser.conftest import Open

DRONES = "How many Shahed drones were used?"
JOURNEY = "Where did Stoltenberg go?"  # the article has more than one answer


def test_next_and_previous_step_through_the_citations_of_the_reply(page: Page) -> None:
    reply = ask(page, JOURNEY)
    walk, mark = page.locator("#qw-source .qw-walk"), page.locator("#qw-source mark")
    first = reply.locator("strong").first.text_content() or ""
    expect(walk).to_contain_text(re.compile(r"1 of \d"))
    expect(walk.get_by_label("Previous")).to_be_disabled()

    walk.get_by_label("Next").click()

    second = reply.locator(".qw-others strong").first.text_content() or ""
    expect(walk).to_contain_text(re.compile(r"2 of \d"))
    expect(mark).to_have_text(second, use_inner_text=False)
    expect(mark).to_be_in_viewport()
    expect(page.locator(".qw-also").filter(has_text=first)).not_to_have_count(0)
    walk.get_by_label("Previous").click()
    expect(mark).to_have_text(first, use_inner_text=False)


def test_a_lighter_mark_opens_its_own_citation(page: Page) -> None:
    ask(page, JOURNEY)
    also = page.locator("#qw-source .qw-also").first
    words = also.text_content() or ""

    also.click()

    expect(page.locator("#qw-source mark")).to_contain_text(words)


def test_keys_step_focus_and_leave(page: Page) -> None:
    ask(page, JOURNEY)
    box, walk = page.locator("#qw-ask textarea"), page.locator("#qw-source .qw-walk")

    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(walk).to_contain_text("2 of")
    page.keyboard.press("ArrowLeft")
    expect(walk).to_contain_text("1 of")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.type("one/two")
    page.keyboard.press("Shift+Enter")
    expect(box).to_have_value("one/two\n")
    page.keyboard.press("ArrowRight")
    expect(walk).to_contain_text("1 of")


def test_the_quote_is_copied_with_its_citation(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    reply = ask(page, DRONES)
    quote = reply.locator("strong").first.text_content() or ""

    buttons = page.locator("#qw-source .qw-copies button")
    styles = ["Text", "Markdown", "BibTeX", "RIS", "CSL-JSON"]
    expect(buttons).to_have_text(styles)
    for place, style in enumerate(styles):
        button = buttons.nth(place)
        button.click()
        expect(button).to_have_text("Copied")
        expect(button).to_have_attribute("role", "status")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert quote in copied, style
        assert "2023" in copied
    expect(buttons).to_have_text(styles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chosen_colour_stays(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme="light" if scheme == "dark" else "dark")
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label(scheme.capitalize()).check()
    expected = re.compile("dark") if scheme == "dark" else re.compile("^((?!dark).)*$")
    expect(page.locator("body")).to_have_class(expected)

    page.reload()
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()

    expect(page.locator("body")).to_have_class(expected)
    page.get_by_role("tab", name="Settings").click()
    expect(page.get_by_label(scheme.capitalize())).to_be_checked()
