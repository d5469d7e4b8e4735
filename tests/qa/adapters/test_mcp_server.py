"""`quotewell mcp` and its tools, through the official client over standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.memory import create_connected_server_and_client_session

from qa.adapters.mcp_server import build_mcp_server
from qa.assistant import Assistant
from qa.cli.main import cli
from qa.errors import SettingsError
from tests.event_loop import run_async
from tests.qa.adapters.conftest import HEIGHT, VELA

SERVER = """
import os, sys
from qa.adapters.mcp_server import serve_stdio
from tests.qa.adapters.conftest import VELA
from tests.toys import HeightReader, toy_assistant

class Chatty(HeightReader):
    def reading(self, question, passage):
        print("a library prints")
        os.write(1, b"and so does its C code\\n")
        return super().reading(question, passage)

with toy_assistant(reader=Chatty()) as assistant:
    assistant.add(VELA)
    serve_stdio(assistant)
"""


def call(assistant: Assistant, tool: str, **arguments: Any) -> Any:
    async def called() -> Any:
        async with create_connected_server_and_client_session(build_mcp_server(assistant)) as session:
            return await session.call_tool(tool, arguments)

    return run_async(called())


@asynccontextmanager
async def connected() -> AsyncIterator[ClientSession]:
    parameters = StdioServerParameters(command=sys.executable, args=["-c", SERVER], env=dict(os.environ))
    with Path(os.devnull).open("w", encoding="utf-8") as log:
        async with stdio_client(parameters, log) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            yield session


def test_a_client_asks_over_standard_input_and_output() -> None:
    async def talk() -> tuple[list[str], Any]:
        async with connected() as session:
            tools = (await session.list_tools()).tools
            assert all(tool.annotations and tool.annotations.readOnlyHint for tool in tools)
            asked = await session.call_tool("ask", {"question": HEIGHT, "min_confidence": 0})
            return [tool.name for tool in tools], asked

    tools, asked = run_async(talk())
    assert tools == ["ask", "retrieve", "articles"]
    assert not asked.isError
    assert asked.structuredContent["answer"]["text"] == "42 metres"
    assert "passages" not in asked.structuredContent


def test_nothing_but_the_protocol_is_on_standard_output() -> None:
    asked = {"name": "ask", "arguments": {"question": HEIGHT}}
    messages = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": asked},
    ]
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        for message in messages:
            server.stdin.write(json.dumps(message) + "\n")
        server.stdin.flush()
        answers = [json.loads(server.stdout.readline()) for _ in range(2)]
        rest, log = server.communicate()
    assert [answer["id"] for answer in answers] == [1, 2]
    assert (server.returncode, rest) == (0, "")
    assert "a library prints" in log
    assert "and so does its C code" in log


def test_passages_and_articles_are_tools(assistant: Assistant) -> None:
    found = call(assistant, "retrieve", question=HEIGHT, k=2).structuredContent["result"]
    assert [each["text"] for each in found] == [VELA.text]
    (listed,) = call(assistant, "articles", tags=["sea"]).structuredContent["result"]
    assert (listed["id"], listed["date"], "position" in listed) == (VELA.id, "2024-05-06", False)
    assert call(assistant, "articles", after="2025-01-01").structuredContent["result"] == []


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": HEIGHT, "before": "noon"}, "before must be a date"),
        ("retrieve", {"question": HEIGHT, "k": 1000}, "k"),
        ("remove", {"articles": [VELA.id]}, "remove"),
    ],
)
def test_a_model_is_told_what_is_wrong(
    assistant: Assistant, tool: str, arguments: dict[str, Any], message: str
) -> None:
    result = call(assistant, tool, **arguments)
    assert result.isError
    assert message in result.content[0].text


def test_without_the_package_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "qa.adapters.mcp_server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.fastmcp", None)
    result = CliRunner().invoke(cli, ["mcp"])
    assert isinstance(result.exception, SettingsError)
    assert "install quotewell[mcp]" in str(result.exception)


def test_a_missing_library_is_not_created(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["mcp", "--library", str(tmp_path / "nothing")])
    assert result.exit_code != 0
    assert not (tmp_path / "nothing").exists()
