from __future__ import annotations

from dataclasses import replace

from qa.answering.composing.hops import two_hops
from qa.types import Answer
from tests.qa.replies import answered, cited

QUESTION = "Who is mayor of the town that Anna Berg rebuilt?"


def answer(text: str, confidence: float) -> Answer:
    return replace(answered().answers[0], text=text, confidence=confidence, citations=(cited(text),))


def test_the_second_question_names_what_the_first_found() -> None:
    answers = {
        "Which town Anna Berg rebuilt?": answer("Lumen", 0.8),
        "Who is mayor of Lumen?": answer("Anna Berg", 0.5),
    }
    hops = two_hops(QUESTION, answers.get)
    assert hops
    assert (hops.question, hops.answer.text, hops.answer.confidence) == (
        "Who is mayor of Lumen?",
        "Anna Berg",
        0.4,
    )
    assert [quote.quote for quote in hops.quotes] == ["Lumen", "Anna Berg"]


def test_both_steps_need_an_answer() -> None:
    assert two_hops(QUESTION, lambda _: None) is None
    assert two_hops(QUESTION, {"Which town Anna Berg rebuilt?": answer("Lumen", 0.8)}.get) is None
    assert two_hops("Who is mayor of Lumen?", lambda _: answer("Lumen", 0.8)) is None
