from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.answering.confidence import ConfidenceModel
from qa.answering.early_stopping import STEP, read_with_early_stopping
from qa.assistant import Assistant
from qa.reader import Reader
from qa.settings import Settings
from qa.types import Article, Passage, Reading, RetrievedPassage, Span

UNKNOWN = ConfidenceModel({"retrieval": 1.0}, {}, 0.0)
MODEL = ConfidenceModel({"margin": 1.0, "retrieval": 10.0}, {"margin": 1.0}, 0.0, reach=3.0)


def passages(*scores: float) -> list[RetrievedPassage]:
    return [found(f"a{n}", score) for n, score in enumerate(scores)]


def found(article: str, score: float) -> RetrievedPassage:
    passage = Passage(article, 0, 9)
    return RetrievedPassage(passage, 1, "some text", "", score, dense=0.0, lexical=0.0, coverage=0.0)


class Reads:
    """Gives every passage a span of a margin, by its article, and notes what was read."""

    def __init__(self, **margins: float) -> None:
        self.margins = margins
        self.read: list[str] = []

    def __call__(self, some: Sequence[RetrievedPassage]) -> list[Reading]:
        ids = [found.passage.article_id for found in some]
        self.read += ids
        return [Reading((Span(0, 4, self.margins.get(id_, -5.0)),), 0.0) for id_ in ids]


def read(reads: Reads, *scores: float, model: ConfidenceModel = MODEL, sure: float = 0.5) -> list[bool]:
    readings = read_with_early_stopping("What?", passages(*scores), reads, model, sure)
    return [reading.was_read for reading in readings]


def test_the_most_promising_are_read_and_no_more_once_the_rest_cannot_win() -> None:
    reads = Reads(a3=4.0)
    assert read(reads, 0.1, 0.8, 0.2, 0.9) == [False, True, False, True]
    assert reads.read == ["a3", "a1"]


def test_a_passage_that_could_win_is_read() -> None:
    assert read(Reads(a0=1.0), 0.9, 0.85, 0.8, 0.1) == [True, True, True, True]
    assert read(Reads(a0=3.0), 0.9, 0.85, 0.8, 0.1) == [True, True, False, False]


@pytest.mark.parametrize(("model", "sure"), [(MODEL, 0.999), (MODEL, 0.95), (UNKNOWN, 0.0)])
def test_all_is_read_for_an_abstention_and_where_the_reach_is_not_known(
    model: ConfidenceModel, sure: float
) -> None:
    assert all(read(Reads(a0=4.0), 0.9, *[0.1] * 9, model=model, sure=sure))


def test_many_passages_are_read_in_steps() -> None:
    assert sum(read(Reads(a0=-1.0), *[0.5] * 30)) == 30
    assert sum(read(Reads(a12=9.0), *[0.5] * 12, 0.4, *[0.1] * 9, sure=0.01)) == 14


def test_no_passages_and_passages_without_spans() -> None:
    assert read(Reads()) == []
    empty = [Reading((), 0.0)] * STEP
    readings = read_with_early_stopping(
        "What?", passages(0.9, 0.8, 0.1, 0.0), lambda some: empty[: len(some)], MODEL, 0.0
    )
    assert all(reading.was_read for reading in readings)


def test_a_reply_says_what_was_not_read_and_its_answer_is_that_of_reading_all(
    assistant: Assistant, reader: Reader
) -> None:
    assistant.add(
        Article("The harbour of Liepa was rebuilt by Anna Kalnina in 1931.", "Liepa", source="liepa"),
        *(Article(f"Bees of kind {n} make honey in June.", f"Bees {n}", source=f"bees {n}") for n in range(6)),
    )
    everything = Assistant(assistant.library, assistant._encoder, reader, Settings(early_stopping=False))
    question = "Who rebuilt the harbour of Liepa in 1931?"
    reply, whole = (one.ask(question, min_confidence=0.0) for one in (assistant, everything))
    assert len(reply.readings) == len(reply.passages) == len(whole.readings)
    assert sum(reading.was_read for reading in reply.readings) == STEP
    assert all(reading.was_read for reading in whole.readings)
    assert reply.answers[0].text == whole.answers[0].text == "Anna Kalnina"
    assert all(reading.was_read for reading in assistant.ask(question, min_confidence=1.0).readings)
