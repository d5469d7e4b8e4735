"""A library as tools for language models: a server of the Model Context Protocol over standard input and output.

The docstrings of the tools are published: language models read them.

``_mcp_server`` is private to FastMCP, which has no public way to choose the output: ``pyproject.toml`` bounds the
version of ``mcp``, and ``tests/qa/adapters/test_mcp_server.py`` runs the real protocol.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import anyio
from mcp.server.fastmcp import FastMCP
from mcp.server.stdio import stdio_server
from mcp.types import ToolAnnotations
from pydantic import Field

from qa.assistant import Assistant
from qa.types import Filters

__all__ = ["build_mcp_server", "serve_stdio"]

INSTRUCTIONS = (
    "Answers questions about a collection of articles with verbatim quotes, each with its source. Quote the "
    "answers as they are, and name their sources. If `ask` abstains, say so, or look at what `retrieve` finds."
)
ASKING_AT_ONCE = 4
MAX_ARTICLES = 1000

Result = TypeVar("Result")
Question = Annotated[str, Field(description="the question, complete in itself")]
After = Annotated[str | None, Field(description="only articles from this date (YYYY-MM-DD) or later")]
Before = Annotated[str | None, Field(description="only articles from this date (YYYY-MM-DD) or earlier")]
Sources = Annotated[
    list[str] | None,
    Field(description="only articles whose source matches one of these patterns (news/*.txt)"),
]
Tags = Annotated[list[str] | None, Field(description="only articles with at least one of these tags")]


def build_mcp_server(assistant: Assistant) -> FastMCP[Any]:
    """Return a server whose tools ask the assistant. None of them changes the library."""
    server = FastMCP("Quotewell", INSTRUCTIONS, log_level="ERROR")
    threads = ThreadPoolExecutor(ASKING_AT_ONCE, thread_name_prefix="ask")

    async def run(call: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(threads, call)

    async def ask(
        question: Question,
        min_confidence: Annotated[
            float | None, Field(description="abstain below this confidence, from 0 to 1")
        ] = None,
        after: After = None,
        before: Before = None,
        sources: Sources = None,
        tags: Tags = None,
    ) -> dict[str, Any]:
        """Answer one question with a verbatim quote from the articles, or abstain.

        Returns the answer (null if it abstains) with its confidence and its citations; all answers, best first;
        quotes: the sentences that say most about the question; timeline: the different answers of dated articles.
        """
        filters = _filters(after, before, sources, tags)
        reply = await run(lambda: assistant.ask(question, min_confidence=min_confidence, filters=filters))
        values = reply.to_dict()
        for name in ("passages", "readings", "timings"):  # `retrieve` returns passages
            del values[name]
        return values

    async def retrieve(
        question: Question,
        k: Annotated[int, Field(description="how many passages to return", ge=1, le=50)] = 5,
        after: After = None,
        before: Before = None,
        sources: Sources = None,
        tags: Tags = None,
    ) -> list[dict[str, Any]]:
        """Return the passages most likely to hold the answer to a question, best first.

        Each has its text, the title and headings above it (context), its article_id and its score from 0 to 1.
        """
        filters = _filters(after, before, sources, tags)
        found = await run(lambda: assistant.retrieve(question, k, filters))
        return [
            {
                "article_id": each.passage.article_id,
                "start": each.passage.start,
                "end": each.passage.end,
                "context": each.context,
                "text": each.text,
                "score": each.score,
            }
            for each in found
        ]

    async def articles(
        after: After = None, before: Before = None, sources: Sources = None, tags: Tags = None
    ) -> list[dict[str, Any]]:
        """List the articles, up to 1,000: id, title, source, date, tags, characters, passages and language."""
        filters = _filters(after, before, sources, tags)
        listed = await run(lambda: assistant.library.articles(filters, limit=MAX_ARTICLES))
        values = [asdict(info) | {"date": info.date.isoformat() if info.date else None} for info in listed]
        return [{name: value for name, value in each.items() if name != "position"} for each in values]

    tools: tuple[Callable[..., Any], ...] = (ask, retrieve, articles)
    for tool in tools:
        server.add_tool(tool, annotations=ToolAnnotations(readOnlyHint=True, openWorldHint=False))
    return server


def serve_stdio(assistant: Assistant) -> None:
    """Answer a client on standard input and output until it closes the input."""
    anyio.run(_serve, assistant)


async def _serve(assistant: Assistant) -> None:
    server = build_mcp_server(assistant)._mcp_server
    with _own_output() as output, open(output, "w", encoding="utf-8", closefd=False) as file:
        async with stdio_server(stdout=anyio.wrap_file(file)) as (read, write):
            await server.run(read, write, server.create_initialization_options())


@contextmanager
def _own_output() -> Iterator[int]:
    """Yield a descriptor of standard output; what anything else prints there goes to standard error."""
    sys.stdout.flush()
    output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield output
    finally:
        sys.stdout.flush()
        os.dup2(output, 1)
        os.close(output)


def _filters(after: str | None, before: str | None, sources: list[str] | None, tags: list[str] | None) -> Filters:
    dates: dict[str, Any] = {"after": after or None, "before": before or None}
    return Filters(**dates, sources=tuple(sources or ()), tags=tuple(tags or ()))
