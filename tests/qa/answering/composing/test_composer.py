"""Replies that are completed, without models."""

from __future__ import annotations

import pytest

from qa.answering.composing import composer
from qa.types import Article, Reading, Span
from tests.toys import ToyReader, toy_assistant

ROAD = "The road to Osk stays shut because the rocks above it move."
OSK = Article(f"{ROAD} Vela and Lumen are cut off.", source="a")


class ReaderOf(ToyReader):
    """Finds one quote in every passage that holds it."""

    def __init__(self, quote: str, score: float = 9.0) -> None:
        super().__init__()
        self._quote = quote
        self._score = score

    def reading(self, question: str, passage: str) -> Reading:
        start = passage.find(self._quote)
        return Reading((Span(start, start + len(self._quote), self._score),) if start >= 0 else (), 0.0)


def test_a_best_guess_is_completed_though_it_is_not_sure_enough() -> None:
    with toy_assistant(reader=ReaderOf("the rocks")) as assistant:
        assistant.add(OSK)
        reason = assistant.ask("Why is the road to Osk shut?", min_confidence=1.0)
    with toy_assistant(reader=ReaderOf("Vela")) as assistant:
        assistant.add(OSK)
        towns = assistant.ask("Which towns near Osk are cut off?", min_confidence=1.0)
    assert reason.answer is None
    assert reason.answers[0].text == "because the rocks above it move"
    assert towns.answer is None
    assert [part.quote for part in towns.answers[0].parts] == ["Vela", "Lumen"]


@pytest.mark.parametrize(("score", "text", "extent"), [(9.0, "the rocks", "span"), (-3.0, ROAD, "sentence")])
def test_the_sentence_is_given_where_the_reader_would_rather_give_no_span(
    score: float, text: str, extent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composer, "SURE", 0.0)  # the softmax score of such a span is low
    with toy_assistant(reader=ReaderOf("the rocks", score)) as assistant:
        assistant.add(OSK)
        reply = assistant.ask("What is above the road to Osk?", min_confidence=0.0)
    assert reply.answer
    assert (reply.answer.text, reply.answer.extent) == (text, extent)
    assert reply.answer.citations[0].quote == text
