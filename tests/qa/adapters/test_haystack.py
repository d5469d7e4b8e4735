"""The components in a real Haystack pipeline."""

from __future__ import annotations

from haystack import Pipeline
from haystack.components.joiners import DocumentJoiner

from qa.adapters.haystack import QuotewellAnswerer, QuotewellRetriever
from qa.assistant import Assistant
from qa.types import Filters
from tests.qa.adapters.conftest import HEIGHT, VELA


def test_a_pipeline_retrieves_documents(assistant: Assistant) -> None:
    pipeline = Pipeline()
    pipeline.add_component("retriever", QuotewellRetriever(assistant, top_k=3))
    pipeline.add_component("joiner", DocumentJoiner())
    pipeline.connect("retriever.documents", "joiner.documents")
    (document,) = pipeline.run({"retriever": {"query": HEIGHT}})["joiner"]["documents"]
    assert document.content == VELA.text[document.meta["start"] : document.meta["end"]]
    assert (document.meta["source"], document.score) == ("vela.md", document.meta["score"])


def test_filters_restrict_what_is_retrieved(assistant: Assistant) -> None:
    elsewhere = QuotewellRetriever(assistant, filters=Filters(tags=("land",)))
    assert elsewhere.run(query=HEIGHT, top_k=1) == {"documents": []}


def test_a_pipeline_answers_with_quotes(assistant: Assistant) -> None:
    pipeline = Pipeline()
    pipeline.add_component("answerer", QuotewellAnswerer(assistant, min_confidence=0.0))
    (answer,) = pipeline.run({"answerer": {"query": HEIGHT}})["answerer"]["answers"]
    assert (answer.data, answer.query) == ("42 metres", HEIGHT)
    assert answer.context[answer.context_offset.start : answer.context_offset.end] == answer.data
    assert VELA.text[answer.meta["start"] : answer.meta["end"]] == answer.data
    assert 0 < answer.score < 1


def test_an_abstention_has_no_answers(assistant: Assistant) -> None:
    assert QuotewellAnswerer(assistant, min_confidence=1.0).run(query=HEIGHT) == {"answers": []}
