"""The threads that answer questions."""

from __future__ import annotations

from contextvars import ContextVar

import pytest

from qa.assistant import OnStage
from qa.types import Reply
from ui.conversation.workers import QuestionThreads

REPLY = Reply("Who?", None, (), (), 0.5, {})


def fail() -> Reply:
    raise ValueError("no")


def test_replies_and_errors_are_reported_before_they_are_returned() -> None:
    asked: list[Reply | Exception] = []
    threads = QuestionThreads(1, lambda reply, seconds: asked.append(reply))
    assert threads.reply(lambda: REPLY) is REPLY
    assert asked == [REPLY]
    with pytest.raises(ValueError, match="no") as error:
        threads.reply(fail)
    assert asked == [REPLY, error.value]


def test_stages_are_described_and_the_reply_is_reported() -> None:
    asked: list[Reply | Exception] = []
    threads = QuestionThreads(1, lambda reply, seconds: asked.append(reply))

    def ask(on_stage: OnStage) -> Reply:
        on_stage("retrieve", 0)
        on_stage("read", 1)
        on_stage("read", 3)
        return REPLY

    assert list(threads.stages(ask)) == ["Reading 1 passage", "Reading 3 passages"]
    assert asked == [REPLY]


def test_a_question_keeps_the_context_of_its_request() -> None:
    request: ContextVar[str] = ContextVar("request", default="")
    request.set("ada's")
    seen: list[str] = []

    def ask() -> Reply:
        seen.append(request.get())
        return REPLY

    QuestionThreads(1).reply(ask)
    assert seen == ["ada's"]
