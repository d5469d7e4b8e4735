"""The way from a question to a reply, without models."""

from __future__ import annotations

import datetime as dt

from qa.types import Article, Reading, Span
from tests.toys import ToyReader, toy_assistant

PRESIDENT = Article(
    "Fred Pierce was president of the network in 1976.",
    title="The network",
    source="https://example.org/network",
    date=dt.date(2024, 3, 1),
)


class TimedReader(ToyReader):
    """Finds the answer only to the question with its time."""

    def reading(self, question: str, passage: str) -> Reading:
        start = passage.find("Fred Pierce")
        return Reading((Span(start, start + 11, 9.0),) if "1976" in question and start >= 0 else (), 0.0)


def test_a_question_is_read_with_its_time_if_it_has_no_sure_answer_without() -> None:
    reader = TimedReader()
    with toy_assistant(reader=reader) as assistant:
        assistant.add(PRESIDENT)
        reply = assistant.ask("Who was president of the network in 1976?")
    assert reply.answer
    assert reply.answer.text == "Fred Pierce"
    assert reader.pairs[0][0] == "Who was president of the network?"
