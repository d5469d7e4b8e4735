"""The page before its app is ready, links to answers, the sheets of a phone, and small talk."""

from __future__ import annotations

import re
from threading import Event
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.acting import ask
from tests.browser.conftest import Open

DRONES = "How many Shahed drones were used?"
SCRIPT = re.compile(r"/assets/.*\.js")


def test_what_is_typed_and_sent_before_the_app_is_ready_is_asked(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    typed = Event()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if typed.is_set():
            route.continue_()
        else:
            waiting.append(route)

    page.route(SCRIPT, hold)
    page.goto(url, wait_until="commit")

    first = page.locator("#qw-first")
    expect(first.get_by_role("heading", name="Quotewell")).to_be_visible()
    expect(first.get_by_role("button", name="Who visited Kyiv?")).to_be_visible()
    first.get_by_label("Question").fill(DRONES)
    page.keyboard.press("Enter")
    expect(first.locator(".qw-question")).to_have_text(DRONES)
    typed.set()
    for route in waiting:  # Playwright keeps a task for each route that nobody answers
        route.continue_()

    expect(page.locator("#qw-conversation .qw-sentence").first).to_contain_text("40")
    expect(first).to_have_count(0)
    context.close()


def test_a_link_to_an_answer_asks_its_question(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, DRONES).get_by_role("button", name="Copy link").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('question=')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"?{urlencode({'question': DRONES})}")

    page.goto(link)

    expect(page.locator("#qw-conversation .qw-question")).to_have_text([DRONES])
    expect(page.locator("#qw-conversation .qw-sentence").first).to_contain_text("40")
    expect(page).not_to_have_url(re.compile("question"))


def test_on_a_phone_the_box_stays_at_the_foot_and_the_source_opens_over_the_conversation(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    box, source = page.locator("#qw-ask"), page.locator("#qw-source")
    expect(box).to_be_in_viewport(ratio=1)

    reply = ask(page, DRONES)
    expect(source).to_be_hidden()
    reply.locator(".qw-cite").first.click()
    expect(source.locator("mark")).to_be_in_viewport()
    page.get_by_role("button", name="Back to the conversation").click()
    expect(source).to_be_hidden()
    expect(box).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Settings", exact=True).click()
    expect(page.locator(".qw-preferences")).to_be_visible()
    page.go_back()
    expect(page.locator(".qw-preferences")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_small_talk_gets_a_line(page: Page) -> None:
    page.locator("#qw-ask textarea").fill("Thanks!")
    page.keyboard.press("Enter")

    expect(page.locator(".qw-aside")).to_contain_text("You're welcome")
    expect(page.locator("#qw-voice")).to_contain_text("You're welcome", use_inner_text=False)
