from __future__ import annotations

from qa.answering.composing.titles import title_passages
from qa.types import Article, Reading, Span
from tests.qa.answering.test_answers import found
from tests.toys import ToyReader, toy_assistant

MAYOR = Article(
    "The count ended at midnight. It was close.", title="Ines Calloway elected mayor of Osk", source="a"
)
NAME = Article("It is a town.", title="Osk", source="b")


class TitleReader(ToyReader):
    """Finds "Ines Calloway" wherever it stands, and nothing else."""

    def reading(self, question: str, passage: str) -> Reading:
        start = passage.find("Ines Calloway")
        return Reading((Span(start, start + 13, 9.0),) if start >= 0 else (), 0.0)


def test_a_title_answers_what_no_text_does() -> None:
    assistant = toy_assistant(reader=TitleReader())
    with assistant:
        assistant.add(MAYOR, NAME)
        reply = assistant.ask("Who was elected?")

    assert reply.answer
    (citation,) = reply.answer.citations
    assert (citation.in_title, citation.place) == (True, "title")
    assert MAYOR.title[citation.start : citation.end] == citation.quote == "Ines Calloway"
    assert citation.sentence == MAYOR.title
    assert reply.to_dict()["answer"]["citations"][0]["in_title"] is True


def test_only_headlines_are_read() -> None:
    with toy_assistant() as assistant:
        assistant.add(MAYOR, NAME)
        passages = [found(article.id, 0, article.text) for article in (MAYOR, NAME)]
        titles = title_passages(passages, assistant.library)

    assert [title.text for title in titles] == [MAYOR.title]
    assert titles[0].passage.source_of(MAYOR) == MAYOR.title
