from __future__ import annotations

import threading

import pytest

from qa.assistant import Assistant
from qa.types import Article
from ui.conversation.example_questions import MAX_EXAMPLES, Examples

VELA = Article("The lighthouse at Vela was built in 1911. It is 42 metres tall.", "Vela", "vela.txt")
OSK = Article("The new bridge of Osk was opened in May 2024. It carries two lanes and a tram.", "Osk", "osk.txt")


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "examples":
            thread.join()


def await_questions(assistant: Assistant, examples: Examples) -> tuple[str, ...]:
    wait()
    return examples.for_articles(tuple(info.id for info in assistant.articles()[::-1]))


def test_examples_are_questions_that_the_articles_answer(assistant: Assistant) -> None:
    assistant.add(VELA, OSK)
    examples = Examples(assistant)
    assert await_questions(assistant, examples) == ()

    examples.start()

    questions = await_questions(assistant, examples)
    assert 0 < len(questions) <= MAX_EXAMPLES
    for question in questions:
        reply = assistant.ask(question)
        assert reply.answer
        assert reply.answer.text in VELA.text + OSK.text


def test_examples_change_with_the_articles(assistant: Assistant) -> None:
    assistant.add(VELA)
    examples = Examples(assistant)
    examples.start()
    before = await_questions(assistant, examples)

    assistant.remove(VELA.id)
    assistant.add(OSK)
    assert await_questions(assistant, examples) == ()

    after = await_questions(assistant, examples)
    assert after
    assert not set(before) & set(after)


def test_questions_without_a_confident_answer_are_no_examples(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.add(VELA, OSK)
    monkeypatch.setattr("ui.conversation.example_questions.MIN_CONFIDENCE", 1.01)
    examples = Examples(assistant)
    examples.start()

    assert await_questions(assistant, examples) == ()
