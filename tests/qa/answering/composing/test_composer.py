"""Replies that are completed, without models."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("question", "score", "text", "extent"),
    [
        ("What is above the road to Osk?", 9.0, "the rocks", "span"),
        ("What is above the road to Osk?", -3.0, ROAD, "sentence"),  # the reader would rather give no span
        ("What is the meaning of the road to Osk?", 9.0, ROAD, "sentence"),
    ],
)
@pytest.mark.parametrize("least", [0.0, 1.0])
def test_the_sentence_is_given_where_a_span_is_not_enough(
    question: str, score: float, text: str, extent: str, least: float
) -> None:
    with toy_assistant(reader=ReaderOf("the rocks", score)) as assistant:
        assistant.add(OSK)
        reply = assistant.ask(question, min_confidence=least)
    best = reply.answers[0]
    assert (best.text, best.extent, best.short) == (text, extent, "the rocks")
    assert best.citations[0].quote == text
    assert reply.answer == (None if least else best)
