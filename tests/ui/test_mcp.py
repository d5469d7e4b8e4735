"""The library as tools for language models, through the real protocol."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

import seeds
from qa.errors import SettingsError
from tests.toys import toy_assistant
from ui import Serving, start


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with toy_assistant() as assistant:
        assistant.add(seeds.FOLDER)
        running = start(assistant, Serving(mcp=True))
        yield f"{running.local_url}gradio_api/mcp/"
        running.close(verbose=False)


def run(call: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """Run in a thread of its own: in this one, the loop of a browser may be running already."""
    with start_blocking_portal() as portal:
        return portal.call(call, *arguments)


async def tools(url: str) -> dict[str, Any]:
    async with streamable_http_client(url) as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        return {tool.name: tool for tool in (await session.list_tools()).tools}


async def called(url: str, tool: str, arguments: dict[str, Any]) -> Any:
    async with streamable_http_client(url) as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        return await session.call_tool(tool, arguments)


def test_models_see_the_tools_with_what_they_do(url: str) -> None:
    found = run(tools, url)
    assert {"ask", "articles", "add", "add_text", "remove"} <= set(found)
    assert "verbatim quote" in found["ask"].description
    parameters = found["ask"].inputSchema["properties"]
    assert "standing alone" in parameters["question"]["description"]
    assert found["ask"].inputSchema["required"] == ["question"]


def test_models_ask_and_change_the_library(url: str) -> None:
    asked = run(called, url, "ask", {"question": "How many Shahed drones were used?"})
    assert not asked.isError
    assert "abstained" in asked.content[0].text
    assert not run(called, url, "add_text", {"text": "The mill is red.", "source": "orm"}).isError
    assert "'orm'" in run(called, url, "articles", {}).content[0].text
    assert not run(called, url, "remove", {"articles": ["orm"]}).isError


def test_models_are_told_what_is_wrong(url: str) -> None:
    result = run(called, url, "ask", {"question": " "})
    assert result.isError
    assert "the question is empty" in json.dumps([content.text for content in result.content])


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.server.importlib.util.find_spec", lambda _: None)
    with toy_assistant() as assistant, pytest.raises(SettingsError, match=r"install quotewell\[mcp\]"):
        start(assistant, Serving(mcp=True))
