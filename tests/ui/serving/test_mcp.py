"""The library as tools for language models, through the real protocol."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

import seeds
from qa.accounts import Accounts
from qa.errors import SettingsError
from tests.examples import DOCS, blocks
from tests.toys import toy_assistant
from tests.waiting import PATIENCE
from ui import ServerOptions, ServerSettings, start
from ui.serving.access import basic_auth

ADA = {"Authorization": basic_auth("ada", "pass:word")}


@pytest.fixture(scope="module")
def closed_url() -> Iterator[str]:
    """A server that requires a login."""
    with toy_assistant() as assistant:
        assistant.add(seeds.FOLDER)
        running = start(assistant, ServerOptions(mcp=True, accounts=Accounts.read(["ada:pass:word"])))
        yield running.url
        running.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with toy_assistant() as assistant:
        assistant.add(seeds.FOLDER)
        running = start(assistant, ServerOptions(mcp=True, no_token=True))
        yield f"{running.url}gradio_api/mcp/"
        running.close()


def run(call: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """Run in a thread of its own: in this one, the loop of a browser may be running already."""
    with start_blocking_portal() as portal:
        return portal.call(call, *arguments)


@asynccontextmanager
async def connected(url: str, headers: dict[str, str] | None = None) -> AsyncIterator[ClientSession]:
    async with (
        httpx.AsyncClient(headers=headers, follow_redirects=True, timeout=PATIENCE) as http,
        streamable_http_client(url, http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        yield session


async def tools(url: str) -> dict[str, Any]:
    async with connected(url) as session:
        await session.initialize()
        return {tool.name: tool for tool in (await session.list_tools()).tools}


async def called(url: str, tool: str, arguments: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    async with connected(url, headers) as session:
        await session.initialize()
        return await session.call_tool(tool, arguments)


def test_models_see_the_tools_with_what_they_do(url: str) -> None:
    found = run(tools, url)
    assert set(found) == {"ask", "articles", "add_text", "edit", "remove"}
    assert "$ref" not in json.dumps([tool.inputSchema for tool in found.values()])  # it would lead nowhere
    assert "verbatim quote" in found["ask"].description
    parameters = found["ask"].inputSchema["properties"]
    assert "complete in itself" in parameters["question"]["description"]
    assert found["ask"].inputSchema["required"] == ["question"]


def test_models_ask_and_change_the_library(url: str) -> None:
    asked = run(called, url, "ask", {"question": "How many Shahed drones were used?"})
    assert not asked.isError
    assert "abstained" in asked.content[0].text
    assert not run(called, url, "add_text", {"text": "The mill is red.", "source": "orm"}).isError
    assert "'orm'" in run(called, url, "articles", {}).content[0].text
    assert not run(called, url, "remove", {"articles": ["orm"]}).isError


def test_models_add_articles_by_their_text(url: str) -> None:
    about = {"title": "Fares", "source": "fares", "date": "2031-05-06", "tags": ["sea"]}
    assert not run(called, url, "add_text", {"text": "The ferry to Vela costs 9 crowns.", **about}).isError
    filters = {"after": "2031", "tags": ["sea"]}
    asked = run(called, url, "ask", {"question": "What does the ferry to Vela cost?", **filters})
    assert "9 crowns" in asked.content[0].text
    wrong = run(called, url, "add_text", {"text": "The mill is red.", "date": "tomorrow"})
    assert "date must be a date" in wrong.content[0].text
    run(called, url, "remove", {"articles": ["fares"]})


def test_models_get_error_messages(url: str) -> None:
    result = run(called, url, "ask", {"question": " "})
    assert result.isError
    assert "the question is empty" in json.dumps([content.text for content in result.content])


def test_models_log_in_if_that_is_required(closed_url: str) -> None:
    url = f"{closed_url}gradio_api/mcp/"
    asked = run(called, url, "ask", {"question": "How many Shahed drones were used?"}, ADA)
    assert not asked.isError
    assert "abstained" in asked.content[0].text
    assert not run(called, url, "add_text", {"text": "The mill is red.", "source": "orm"}, ADA).isError
    assert "'orm'" in run(called, url, "articles", {}, ADA).content[0].text


def test_the_configurations_of_the_documentation_connect() -> None:
    servers = [
        json.loads(block)["mcpServers"]["quotewell"] for block in blocks((DOCS / "mcp.md").read_text(), "json")
    ]
    by_token, by_account = (server for server in servers if "url" in server)
    options = (
        (by_token, ServerOptions(mcp=True, limits=ServerSettings(token="TOKEN"))),
        (by_account, ServerOptions(mcp=True, accounts=Accounts.read(["ada:secret"]))),
    )
    with toy_assistant() as assistant:
        for server, option in options:
            with closing(start(assistant, option)) as running:
                url = server["url"].replace("http://127.0.0.1:7860/", running.url)
                assert not run(called, url, "articles", {}, server["headers"]).isError


def test_programs_reach_the_endpoints_with_a_header_alone(closed_url: str) -> None:
    config = f"{closed_url}config"
    assert httpx.get(config).status_code == 401
    wrong = httpx.get(config, headers={"Authorization": basic_auth("ada", "wrong")})
    assert wrong.status_code in (401, 429)
    assert httpx.get(config, headers=ADA).status_code == 200
    assert httpx.get(config).status_code == 401


@pytest.mark.parametrize("path", ["mcp/", "mcp/schema"])
@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic ?",
        basic_auth("ada", "wrong"),
        basic_auth("", ""),
        basic_auth("bob", "pass:word"),
        "Bearer YWRhOnBhc3M6d29yZA==",
        "Basic \xff",
    ],
)
def test_the_mcp_server_needs_a_login(closed_url: str, path: str, header: str) -> None:
    headers = {"Accept": "application/json, text/event-stream", "Authorization": header.encode("latin-1")}
    for method in ("GET", "POST"):
        refused = httpx.request(method, f"{closed_url}gradio_api/{path}", headers=headers, json={})  # type: ignore[arg-type]
        assert refused.status_code in (401, 429)  # whoever guesses often has to wait
        assert "WWW-Authenticate" not in refused.headers


@pytest.mark.parametrize(
    "path",
    [
        "%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E/gradio_api/mcp/",  # Gradio writes it into a page
        "x/gradio_api/mcp/http",
        "http",
        "sse",
        "messages/?session_id=0",
    ],
)
def test_nothing_else_below_its_address_is_open(url: str, path: str) -> None:
    for method in ("GET", "POST"):
        refused = httpx.request(
            method, f"{url}{path}", headers={"Accept": "text/html, text/event-stream"}, json={}
        )
        assert (refused.status_code, "script" in refused.text) == (404, False)


def test_a_browser_is_told_that_the_address_is_for_clients(url: str) -> None:
    for address in (url, url.rstrip("/"), f"{url}/"):
        page = httpx.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
        assert (page.status_code, page.headers["content-type"]) == (406, "text/plain; charset=utf-8")


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.serving.settings.importlib.util.find_spec", lambda _: None)
    with toy_assistant() as assistant, pytest.raises(SettingsError, match=r"install quotewell\[mcp\]"):
        start(assistant, ServerOptions(mcp=True, no_token=True))
