"""The retriever and the query engine in the real LlamaIndex."""

from __future__ import annotations

from llama_index.core.schema import TextNode
from llama_index.core.tools import QueryEngineTool

from qa.adapters.llama_index import QuotewellQueryEngine, QuotewellRetriever
from qa.assistant import Assistant
from tests.event_loop import run_async
from tests.qa.adapters.conftest import HEIGHT, VELA


def test_passages_are_nodes(assistant: Assistant) -> None:
    (found,) = QuotewellRetriever(assistant, k=3).retrieve(HEIGHT)
    assert isinstance(found.node, TextNode)
    about = found.node.metadata
    assert found.node.text == VELA.text[about["start"] : about["end"]]
    assert (about["article_id"], about["source"], about["date"]) == (VELA.id, "vela.md", "2024-05-06")
    assert found.score == about["score"]


def test_a_query_is_answered_with_a_quote(assistant: Assistant) -> None:
    engine = QuotewellQueryEngine(assistant, min_confidence=0.0)
    response = engine.query(HEIGHT)
    assert str(response).startswith("42 metres (")
    assert response.metadata["answer"] == "42 metres"
    (source,) = response.source_nodes
    assert source.node.get_content() == VELA.text
    assert source.score == response.metadata["confidence"]
    assert str(run_async(engine.aquery(HEIGHT))) == str(response)


def test_an_abstention_says_so(assistant: Assistant) -> None:
    response = QuotewellQueryEngine(assistant, min_confidence=1.0).query(HEIGHT)
    assert (response.metadata["answer"], response.metadata["abstained"]) == (None, True)
    assert "do not seem to answer" in str(response)


def test_the_engine_is_a_tool_of_agents(assistant: Assistant) -> None:
    tool = QueryEngineTool.from_defaults(QuotewellQueryEngine(assistant, min_confidence=0.0), name="quotewell")
    assert "42 metres" in tool.call(input=HEIGHT).content
