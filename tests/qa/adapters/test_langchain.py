"""The retriever and the tool in the real LangChain."""

from __future__ import annotations

import asyncio

import pytest
from langchain_core.messages import ToolCall
from langchain_core.runnables import RunnableLambda

from qa.adapters.langchain import QuotewellRetriever, QuotewellTool
from qa.assistant import Assistant
from qa.errors import QuestionError
from qa.types import Filters
from tests.event_loop import run_async
from tests.qa.adapters.conftest import HEIGHT, VELA


def test_passages_are_documents(assistant: Assistant) -> None:
    (document,) = QuotewellRetriever(assistant=assistant, k=3).invoke(HEIGHT)
    about = document.metadata
    assert document.page_content == VELA.text[about["start"] : about["end"]]
    assert (about["article_id"], about["title"], about["source"]) == (VELA.id, "Vela", "vela.md")
    assert about["date"] == "2024-05-06"
    assert 0 <= about["score"] <= 1


def test_the_retriever_is_part_of_a_chain(assistant: Assistant) -> None:
    chain = QuotewellRetriever(assistant=assistant) | RunnableLambda(len)
    assert run_async(asyncio.wait_for(chain.ainvoke(HEIGHT), 60)) == 1
    elsewhere = QuotewellRetriever(assistant=assistant, filters=Filters(tags=("land",)))
    assert elsewhere.batch([HEIGHT, HEIGHT]) == [[], []]


def test_the_tool_quotes_and_names_its_source(assistant: Assistant) -> None:
    tool = QuotewellTool(assistant=assistant, min_confidence=0.0)
    assert tool.args.keys() == {"question"}
    call = ToolCall(name=tool.name, args={"question": HEIGHT}, id="1", type="tool_call")
    message = tool.invoke(call)
    assert message.content.startswith("42 metres (")
    assert "“The lighthouse at Vela is 42 metres tall.” (Vela, 2024-05-06, vela.md" in message.content
    assert message.artifact.answer.text == "42 metres"


def test_the_tool_says_that_there_is_no_answer(assistant: Assistant) -> None:
    said = QuotewellTool(assistant=assistant, min_confidence=1.0).invoke({"question": HEIGHT})
    assert said.startswith("The articles do not seem to answer that.")
    with pytest.raises(QuestionError):
        QuotewellTool(assistant=assistant).invoke({"question": " "})
