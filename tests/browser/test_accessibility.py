"""The page with low vision, a screen reader, or only a keyboard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from qa.assistant import Assistant
from qa.types import Article
from tests.browser.accessibility import faint, focused, levels, nameless, shows_focus
from tests.browser.acting import ask, open_tab
from tests.browser.conftest import Open

DRONES = "How many Shahed drones were used?"
JOURNEY = "Where did Stoltenberg go?"  # the article has more than one answer


def check(page: Page) -> None:
    assert not faint(page)
    assert not nameless(page)
    heads = levels(page)
    assert heads.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(heads)), heads


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_conversation_has_contrast_and_names(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    check(page)

    reply = ask(page, JOURNEY)
    reply.get_by_text("Other answers").click()
    reply.get_by_label("Bad reply").click()
    expect(reply.get_by_role("status")).to_be_visible()
    ask(page, "What is the capital of Australia?")
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_library_and_settings_have_contrast_and_names(open_own: Open, assistant: Assistant, scheme: str) -> None:
    assistant.add(Article("The tower of Osk is 77 metres tall.", "Osk", tags=("coast",)))
    page = open_own(color_scheme=scheme)

    open_tab(page, "Library")
    for fold in ("Paste text", "Filter articles"):
        page.get_by_text(fold).click()
    page.locator(".qw-tag").click()
    expect(page.locator(".qw-chip")).to_be_visible()
    page.get_by_role("button", name="Edit Osk").click()
    expect(page.locator(".qw-editing")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Remove Osk").click()
    expect(page.locator(".qw-undo")).to_be_visible()
    check(page)
    open_tab(page, "Settings")
    expect(page.locator(".qw-preferences")).to_be_visible()
    check(page)


def test_the_page_has_a_language_and_named_regions(page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "en"
    for name in ("Conversation", "Source, library and settings"):
        expect(page.get_by_role("region", name=name)).to_be_visible()
    for name in ("Source", "Library", "Settings"):
        open_tab(page, name)
        panel = page.get_by_role("tab", name=name).get_attribute("aria-controls")
        expect(page.locator(f"#{panel}")).to_be_visible()


def test_tab_reaches_everything_and_the_focus_is_visible(open_own: Open, assistant: Assistant) -> None:
    assistant.add(Article("The tower of Osk is 77 metres tall.", "Osk", tags=("coast",)))
    page = open_own()
    expect(page.locator("#qw-ask textarea")).to_be_focused()

    names = []
    for tab in ("Library", "Settings"):
        page.get_by_role("tab", name=tab).press("Enter")
        page.get_by_role("tabpanel").filter(visible=True).wait_for()
        page.get_by_text("Paste text").or_(page.get_by_text("Keyboard shortcuts", exact=True)).filter(
            visible=True
        ).wait_for()
        page.get_by_role("tab", name="Settings").focus()
        page.keyboard.press("Tab")
        while name := focused(page):
            names.append(name)
            assert shows_focus(page), name
            page.keyboard.press("Tab")

    for name in ("Click to upload or drop files", "Search articles", "coast", "Edit Osk", "Remove Osk"):
        assert name in names, name
    assert any("range slider" in name for name in names)


def test_arrow_keys_switch_tabs(page: Page) -> None:
    page.get_by_role("tab", name="Source").focus()

    for key, name in (("ArrowRight", "Library"), ("ArrowRight", "Settings"), ("ArrowLeft", "Library")):
        page.keyboard.press(key)
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")


def test_the_focus_moves_on_when_the_focused_element_disappears(open_own: Open, assistant: Assistant) -> None:
    assistant.add(Article("The tower of Osk is 77 metres tall.", "Osk", tags=("coast",)))
    page = open_own()
    open_tab(page, "Library")

    def press(key: str, then: str) -> None:
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=then)).to_be_focused()

    edit = page.get_by_role("button", name="Edit Osk")
    edit.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    assert shows_focus(page)
    press("Escape", "Edit Osk")
    page.keyboard.press("Tab")
    press("Enter", "Undo")
    press("Enter", "Edit Osk")
    page.locator(".qw-tag").press("Enter")
    page.locator(".qw-chip").press("Enter")
    expect(page.locator("#qw-ask textarea")).to_be_focused()


def test_next_keeps_the_focus_and_escape_returns_to_a_collapsed_citation(page: Page) -> None:
    reply = ask(page, JOURNEY)
    following = page.locator("#qw-source").get_by_label("Next citation")

    following.press("Enter")
    expect(page.locator("#qw-source .qw-walk")).to_contain_text("2 of")
    expect(following).to_be_focused()
    page.keyboard.press("Escape")

    expect(reply.locator(".qw-others .qw-cite").first).to_be_focused()


def test_asking_an_example_by_keyboard_focuses_the_question_box(page: Page) -> None:
    page.locator(".qw-examples button").first.press("Enter")

    expect(page.locator(".qw-reply .qw-facts").first).to_be_visible()
    expect(page.locator("#qw-ask textarea")).to_be_focused()


def test_at_phone_width_each_reply_is_scrolled_into_view(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844})

    for question in (DRONES, "Who visited Kyiv?", "How much are the framework contracts worth?"):
        reply = ask(page, question)
        expect(reply.locator(".qw-facts").first).to_be_in_viewport(ratio=1)
        expect(page.locator(".qw-question").last).to_be_in_viewport(ratio=1)
