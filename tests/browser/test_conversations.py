from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.acting import ask, open_tab, set_threshold
from tests.browser.conftest import Open

DRONES = "How many Shahed drones were used?"
KYIV = "Who visited Kyiv?"


def test_an_earlier_conversation_is_offered_only_in_the_same_browser(open_page: Open) -> None:
    page, other = open_page(), open_page()
    ask(page, DRONES)
    ask(page, KYIV)

    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".qw-turn")).to_have_count(0)
    expect(page.locator(".qw-earlier")).to_contain_text(f"{DRONES}")
    page.reload()
    page.locator(".qw-earlier button", has_text=DRONES).click()

    expect(page.locator(".qw-question")).to_have_text([DRONES, KYIV])
    expect(page.locator(".qw-reply strong").first).to_contain_text("40")
    expect(page.locator("#qw-source mark")).to_contain_text("Stoltenberg")
    other.reload()
    expect(other.locator(".qw-greeting")).to_be_visible()
    expect(other.locator(".qw-earlier button")).to_have_count(0)


def test_a_visitor_clears_the_history(page: Page) -> None:
    ask(page, DRONES)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name="Clear history").click()
    expect(page.locator(".qw-earlier button")).to_have_count(0)

    page.reload()

    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
    expect(page.locator(".qw-earlier button")).to_have_count(0)


def test_a_stored_question_with_markup_is_shown_as_text(page: Page) -> None:
    hostile = "<img src=x onerror='window.hacked = 1'>"
    stored = json.dumps([{"key": "k", "questions": json.dumps([hostile]), "at": 0}])
    page.evaluate("(stored) => localStorage.setItem('quotewell.conversations', stored)", stored)

    page.reload()

    expect(page.locator(".qw-earlier button .qw-title")).to_have_text(hostile)
    assert page.evaluate("window.hacked") is None


def test_settings_stay_in_the_browser(page: Page) -> None:
    set_threshold(page, 100)
    page.locator("#qw-passages input[type=number]").fill("3")
    page.locator("#qw-passages input[type=number]").press("Tab")

    page.reload()
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
    reply = ask(page, DRONES)

    expect(reply).to_contain_text("No answer reached 100%")
    open_tab(page, "Settings")
    expect(page.locator("#qw-threshold input[type=number]")).to_have_value("100")
    expect(page.locator("#qw-passages input[type=number]")).to_have_value("3")


def test_a_visitor_chooses_the_reader(open_page: Open) -> None:
    page, other = open_page(), open_page()
    open_tab(page, "Settings")
    page.get_by_role("radio", name="second").check()
    page.wait_for_function("() => window.quotewell.read('settings', [])[2] === 'second'")

    reply = ask(page, DRONES)
    expect(reply.locator(".qw-facts").first).to_contain_text("read by second")
    expect(ask(other, DRONES).locator(".qw-facts").first).not_to_contain_text("read by")
    page.reload()
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
    open_tab(page, "Settings")
    expect(page.get_by_role("radio", name="second")).to_be_checked()


def test_a_stored_reader_that_no_longer_exists_falls_back_to_the_default(page: Page) -> None:
    page.evaluate("() => localStorage.setItem('quotewell.settings', '[50, 3, \"gone\"]')")

    page.reload()
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
    open_tab(page, "Settings")

    expect(page.locator("#qw-passages input[type=number]")).to_have_value("3")
    expect(page.get_by_label("Default", exact=True)).to_be_checked()
    expect(ask(page, DRONES).locator("strong").first).to_contain_text("40")


def test_a_setting_changed_while_the_page_loads_is_kept(page: Page) -> None:
    page.evaluate("() => localStorage.setItem('quotewell.settings', '[100, 3]')")

    page.reload(wait_until="commit")
    set_threshold(page, 20)
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()

    expect(page.locator("#qw-threshold input[type=number]")).to_have_value("20")
    assert page.evaluate("window.quotewell.read('settings', [])[0]") == 20


def test_a_reply_is_rated_and_commented_on(page: Page) -> None:
    reply = ask(page, DRONES)

    expect(reply.locator(".qw-cite").first).to_have_attribute("aria-current", "true")
    reply.get_by_label("Bad reply").click()
    expect(reply.locator(".qw-cite").first).to_have_attribute("aria-current", "true")
    expect(reply.get_by_label("Bad reply")).to_have_attribute("aria-pressed", "true")
    reply.get_by_label("What is the right answer?").fill("<b>forty</b>")
    reply.get_by_role("button", name="Send").click()

    expect(reply).to_contain_text("Comment saved: “<b>forty</b>”")


def test_a_conversation_is_saved_as_markdown_and_json(page: Page, tmp_path: Path) -> None:
    ask(page, DRONES)

    for kind, suffix in (("Markdown", ".md"), ("JSON", ".json")):
        with page.expect_download() as saving:
            page.get_by_role("button", name=f"Save as {kind}").click()
        assert saving.value.suggested_filename.endswith(suffix)
        saving.value.save_as(tmp_path / suffix)

    assert DRONES in (tmp_path / ".md").read_text("utf-8")
    assert json.loads((tmp_path / ".json").read_text("utf-8"))["replies"][0]["question"] == DRONES
