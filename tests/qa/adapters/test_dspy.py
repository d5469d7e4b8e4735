"""The retriever in the real DSPy."""

from __future__ import annotations

from typing import Any

import dspy

from qa.adapters.dspy import QuotewellRetriever
from qa.assistant import Assistant
from qa.types import Filters
from tests.qa.adapters.conftest import HEIGHT, VELA


class Search(dspy.Module):  # type: ignore[misc]
    """A program that only retrieves."""

    def __init__(self, retrieve: QuotewellRetriever) -> None:
        super().__init__()
        self.retrieve = retrieve

    def forward(self, question: str) -> Any:
        return self.retrieve(question, k=3)


def test_a_program_retrieves_passages(assistant: Assistant) -> None:
    prediction = Search(QuotewellRetriever(assistant))(question=HEIGHT)
    assert prediction.passages == [VELA.text]
    assert (prediction.metadata[0]["source"], prediction.metadata[0]["date"]) == ("vela.md", "2024-05-06")
    assert prediction.scores == [prediction.metadata[0]["score"]]


def test_filters_restrict_what_is_retrieved(assistant: Assistant) -> None:
    assert QuotewellRetriever(assistant, k=1, filters=Filters(tags=("land",)))(HEIGHT).passages == []


def test_its_state_is_how_many_passages_it_retrieves(assistant: Assistant) -> None:
    retriever = QuotewellRetriever(assistant, k=7)
    assert retriever.dump_state() == {"k": 7}
