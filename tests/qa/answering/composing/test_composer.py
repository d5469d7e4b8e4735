"""Replies that are completed, without models."""

from __future__ import annotations

from qa.types import Article, Reading, Span
from tests.toys import ToyReader, toy_assistant

OSK = Article(
    "The road to Osk stays shut because the rocks above it move. Vela and Lumen are cut off.", source="a"
)


class ReaderOf(ToyReader):
    """Finds one quote in every passage that holds it."""

    def __init__(self, quote: str) -> None:
        super().__init__()
        self._quote = quote

    def reading(self, question: str, passage: str) -> Reading:
        start = passage.find(self._quote)
        return Reading((Span(start, start + len(self._quote), 9.0),) if start >= 0 else (), 0.0)


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
