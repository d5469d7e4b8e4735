from __future__ import annotations

import pytest

from qa.assistant import Assistant
from qa.chat import leans_on_talk
from qa.types import Article


@pytest.mark.parametrize(
    "question", ["When did he go?", "And in 2021?", "Why?", "What about Kyiv?", "How many of them?"]
)
def test_questions_that_lean_on_the_talk(question: str) -> None:
    assert leans_on_talk(question)


@pytest.mark.parametrize(
    "question", ["Who visited Kyiv?", "When was the harbour of Lumen rebuilt?", "Why did NATO sign contracts?"]
)
def test_questions_that_stand_alone(question: str) -> None:
    assert not leans_on_talk(question)


def test_a_follow_up_keeps_its_subject(assistant: Assistant) -> None:
    assistant.add(
        Article("Anna Berg rebuilt Lumen harbour. She was born in 1890.", source="a", title="Anna Berg"),
        Article("Karl Holm founded the Karst railway. He was born in 1851.", source="b", title="Karl Holm"),
    )
    chat = assistant.chat()
    chat.ask("Who founded the Karst railway?", min_confidence=0)
    reply = chat.ask("When was he born?", min_confidence=0)
    assert reply.question == "When was he born?"
    assert reply.answers[0].text == "1851"
    assert len(chat.replies) == 2


def test_conversations_share_nothing(assistant: Assistant) -> None:
    assistant.add(Article("Anna Berg rebuilt Lumen harbour.", source="a"))
    one, other = assistant.chat(), assistant.chat()
    one.ask("Who rebuilt Lumen harbour?")
    assert other.replies == []


def test_the_stages_of_a_question_are_told_as_they_begin(assistant: Assistant) -> None:
    assistant.add(Article("Anna Berg rebuilt Lumen harbour.", source="a"))
    stages: list[tuple[str, int]] = []

    reply = assistant.chat().ask("Who rebuilt it?", passages=3, on_stage=lambda *stage: stages.append(stage))

    assert stages == [("retrieve", 0), ("read", 1), ("answer", 1)]
    assert [name for name, _ in stages] == list(reply.timings)
