"""What a visitor types and sends while a question is being answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import seeds
from qa.answering.pipeline import AnswerPipeline
from qa.assistant import Assistant
from qa.errors import QuestionError
from qa.types import Reply
from tests.browser.conftest import Open
from tests.waiting import PATIENCE

DRONES = "How many Shahed drones were used?"
KYIV = "Who visited Kyiv?"
FAILING = "Will this fail?"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold back all answers until this is set; then check that questions are answered one at a time."""
    event, answering = threading.Event(), threading.Lock()
    answer = AnswerPipeline.answer

    def answer_later(self: AnswerPipeline, question: str, **options: Any) -> Reply:
        assert answering.acquire(blocking=False), "two questions at once"
        try:
            assert event.wait(PATIENCE)
            if question == FAILING:
                raise QuestionError("it failed")
            return answer(self, question, **options)
        finally:
            answering.release()

    monkeypatch.setattr(AnswerPipeline, "answer", answer_later)
    yield event
    event.set()


@pytest.fixture
def asking_page(open_own: Open, assistant: Assistant, gate: threading.Event) -> Page:
    """The chat with the seed articles, which answers nothing until the gate opens."""
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


def test_text_typed_while_a_question_is_answered_stays(asking_page: Page, gate: threading.Event) -> None:
    page, box = asking_page, asking_page.locator("#qw-ask textarea")
    send(page, DRONES)
    expect_pending(page, DRONES)
    box.fill(KYIV)

    gate.set()

    expect_answered(page, DRONES)
    expect(box).to_have_value(KYIV)
    page.keyboard.press("Enter")  # immediately, even if the previous event is still running
    expect_answered(page, DRONES, KYIV)
    expect(box).to_have_value("")


@pytest.mark.parametrize("is_example", [False, True])
def test_a_question_sent_while_another_is_answered_is_asked_next(
    asking_page: Page, gate: threading.Event, is_example: bool
) -> None:
    page = asking_page
    if is_example:
        page.get_by_role("button", name=DRONES).click()
    else:
        send(page, DRONES)
    expect_pending(page, DRONES)
    send(page, KYIV)
    expect(page.locator(".qw-question")).to_have_text([DRONES])

    gate.set()

    expect_answered(page, DRONES, KYIV)
    expect(page.locator("#qw-ask textarea")).to_have_value("")


def test_unsent_text_is_not_asked(asking_page: Page, gate: threading.Event) -> None:
    page, box = asking_page, asking_page.locator("#qw-ask textarea")
    send(page, DRONES)
    expect_pending(page, DRONES)
    page.keyboard.press("Enter")
    box.press_sequentially("Who visited")

    gate.set()

    expect_answered(page, DRONES)
    box.press_sequentially(" Kyiv?")
    page.keyboard.press("Enter")
    expect_answered(page, DRONES, KYIV)
    expect(page.get_by_test_id("toast-body")).to_have_count(0)


def test_a_failed_question_does_not_overwrite_the_next_one(asking_page: Page, gate: threading.Event) -> None:
    page, box = asking_page, asking_page.locator("#qw-ask textarea")
    send(page, FAILING)
    expect_pending(page, FAILING)
    box.fill(KYIV)

    gate.set()

    expect(page.get_by_test_id("toast-body")).to_contain_text("It failed")
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
    expect(box).to_have_value(KYIV)
    page.keyboard.press("Enter")
    expect_answered(page, KYIV)
    gate.clear()
    send(page, FAILING)
    expect_pending(page, FAILING)
    gate.set()
    expect(box).to_have_value(FAILING)
    box.fill("")
    page.keyboard.press("Enter")
    send(page, DRONES)
    expect_answered(page, KYIV, DRONES)
    expect(box).to_have_value("")


def test_a_blank_question_asks_nothing(asking_page: Page, gate: threading.Event) -> None:
    page = asking_page
    gate.set()
    send(page, "")
    send(page, "  ")

    send(page, DRONES)

    expect_answered(page, DRONES)
    expect(page.get_by_test_id("toast-body")).to_have_count(0)
