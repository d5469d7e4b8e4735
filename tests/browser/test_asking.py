"""What a visitor types and sends while a question is being answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import seeds
from qa.assistant import Assistant
from qa.errors import QuestionError
from qa.types import Reply
from tests.browser.conftest import Open
from tests.waiting import PATIENCE

DRONES = "How many Shahed drones were used?"
KYIV = "Who visited Kyiv?"
FAILING = "Will this fail?"


@pytest.fixture
def goes_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nothing is answered until this is set, and then one question after the other."""
    event, answering = threading.Event(), threading.Lock()
    answer = Assistant.ask

    def held(self: Assistant, question: str, **options: Any) -> Reply:
        assert answering.acquire(blocking=False), "two questions at once"
        try:
            assert event.wait(PATIENCE)
            if question == FAILING:
                raise QuestionError("it failed")
            return answer(self, question, **options)
        finally:
            answering.release()

    monkeypatch.setattr(Assistant, "ask", held)
    yield event
    event.set()


@pytest.fixture
def asking_page(open_own: Open, assistant: Assistant, goes_on: threading.Event) -> Page:
    """The chat about the seed articles, where nothing is answered yet."""
    assistant.add(seeds.FOLDER)
    return open_own()


def send(page: Page, question: str) -> None:
    page.locator("#qw-ask textarea").fill(question)
    page.keyboard.press("Enter")


def expect_pending(page: Page, question: str) -> None:
    pending = page.locator(".qw-turn", has=page.locator(".qw-waiting"))
    expect(pending.locator(".qw-question")).to_have_text(question)
    expect(page.locator("#qw-ask textarea")).to_have_value("")


def expect_answered(page: Page, *questions: str) -> None:
    answered = page.locator(".qw-turn", has=page.locator(".qw-citations"))
    expect(answered.locator(".qw-question")).to_have_text(questions)


def test_what_is_typed_while_a_question_is_answered_stays(asking_page: Page, goes_on: threading.Event) -> None:
    page, box = asking_page, asking_page.locator("#qw-ask textarea")
    send(page, DRONES)
    expect_pending(page, DRONES)
    box.fill(KYIV)

    goes_on.set()

    expect_answered(page, DRONES)
    expect(box).to_have_value(KYIV)
    page.keyboard.press("Enter")  # at once: the earlier run may not be over yet
    expect_answered(page, DRONES, KYIV)
    expect(box).to_have_value("")


@pytest.mark.parametrize("is_example", [False, True])
def test_a_question_that_is_sent_while_another_one_is_answered_comes_next(
    asking_page: Page, goes_on: threading.Event, is_example: bool
) -> None:
    page = asking_page
    if is_example:
        page.get_by_role("button", name=DRONES).click()
    else:
        send(page, DRONES)
    expect_pending(page, DRONES)
    send(page, KYIV)
    expect(page.locator(".qw-question")).to_have_text([DRONES])

    goes_on.set()

    expect_answered(page, DRONES, KYIV)
    expect(page.locator("#qw-ask textarea")).to_have_value("")


def test_what_was_not_sent_is_not_asked(asking_page: Page, goes_on: threading.Event) -> None:
    page, box = asking_page, asking_page.locator("#qw-ask textarea")
    send(page, DRONES)
    expect_pending(page, DRONES)
    page.keyboard.press("Enter")
    box.press_sequentially("Who visited")

    goes_on.set()

    expect_answered(page, DRONES)
    box.press_sequentially(" Kyiv?")
    page.keyboard.press("Enter")
    expect_answered(page, DRONES, KYIV)
    expect(page.get_by_test_id("toast-body")).to_have_count(0)


def test_a_question_that_fails_does_not_take_the_place_of_the_next_one(
    asking_page: Page, goes_on: threading.Event
) -> None:
    page, box = asking_page, asking_page.locator("#qw-ask textarea")
    send(page, FAILING)
    expect_pending(page, FAILING)
    box.fill(KYIV)

    goes_on.set()

    expect(page.get_by_test_id("toast-body")).to_contain_text("It failed")
    expect(page.locator(".qw-greeting")).to_be_visible()
    expect(box).to_have_value(KYIV)
    page.keyboard.press("Enter")
    expect_answered(page, KYIV)
    goes_on.clear()
    send(page, FAILING)
    expect_pending(page, FAILING)
    goes_on.set()
    expect(box).to_have_value(FAILING)
    box.fill("")
    page.keyboard.press("Enter")
    send(page, DRONES)
    expect_answered(page, KYIV, DRONES)
    expect(box).to_have_value("")


def test_a_blank_question_asks_nothing(asking_page: Page, goes_on: threading.Event) -> None:
    page = asking_page
    goes_on.set()
    send(page, "")
    send(page, "  ")

    send(page, DRONES)

    expect_answered(page, DRONES)
    expect(page.get_by_test_id("toast-body")).to_have_count(0)
