"""Asks a served chat as its users do: visitors over the events of the page, programs over the ``ask`` endpoint."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from lxml import html

__all__ = ["Asker", "ChatError", "Page", "Program", "Said", "Visitor"]

API = "gradio_api"
PATIENCE = httpx.Timeout(120)
MIN_CONFIDENCE, PASSAGES, READER = 50, 10, ""


class ChatError(Exception):
    """The chat did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Said:
    """A question as the reply names it, the quote ("" when it abstained), and the titles that are cited for it.

    ``marked`` is what the source shows as the quote, where a source is shown.
    """

    question: str
    quote: str
    titles: tuple[str, ...]
    marked: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser knows of the page: which event asks, and which begins a new talk."""

    ask: int
    ask_trigger: int
    clear: int
    clear_trigger: int

    @classmethod
    async def load(cls, client: httpx.AsyncClient) -> Page:
        """Load the page's description."""
        config = (await client.get("config")).raise_for_status().json()
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}

        def event(elem_id: str, name: str) -> int:
            return next(int(one["id"]) for one in config["dependencies"] if [ids[elem_id], name] in one["targets"])

        sent = event("qw-ask", "submit")
        return cls(
            ask=next(int(one["id"]) for one in config["dependencies"] if one["trigger_after"] == sent),
            ask_trigger=ids["qw-ask"],
            clear=event("qw-conversation", "clear"),
            clear_trigger=ids["qw-conversation"],
        )


class Asker:
    """Someone who asks. Use it as an asynchronous context manager."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, question: str) -> Said:
        """Ask, and return what was said.

        :raises ChatError: when there is no reply, or it says something besides.
        """
        raise NotImplementedError

    async def begin(self) -> None:
        """Begin a new talk."""


class Program(Asker):
    """Calls the ``ask`` endpoint over plain HTTP; to it, every question stands alone."""

    async def ask(self, question: str) -> Said:
        """Ask one question."""
        call = f"{API}/call/v2/ask"
        answered = await self._client.post(call, json={"question": question})
        if answered.is_error:
            raise ChatError(f"{answered.status_code} {answered.text[:200]}")
        event = ""
        async with self._client.stream("GET", f"{call}/{answered.json()['event_id']}") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: ") and event == "complete":
                    (reply,) = json.loads(line.removeprefix("data: "))
                    return _from_json(reply)
                elif event == "error":
                    raise ChatError(line)
        raise ChatError("the stream ended without a reply")


@dataclass
class Visitor(Asker):
    """Asks over the queue, as the page does, in a session of its own; its talk must hold its questions alone."""

    _client: httpx.AsyncClient
    page: Page
    session: str = field(default_factory=lambda: secrets.token_hex(6))
    asked: list[str] = field(default_factory=list)

    async def ask(self, question: str) -> Said:
        """Ask one question of the talk."""
        data = [question, MIN_CONFIDENCE, PASSAGES, READER, None, None]
        _, failed, talk, source, *_ = await self._event(self.page.ask, self.page.ask_trigger, data)
        if failed:
            raise ChatError(f"the question was given back: {failed}")
        self.asked.append(question)
        return _from_html(talk, source, self.asked)

    async def begin(self) -> None:
        """Begin a new talk."""
        await self._event(self.page.clear, self.page.clear_trigger, [])
        self.asked.clear()

    async def _event(self, function: int, trigger: int, data: list[Any]) -> list[Any]:
        body = {
            "data": data,
            "fn_index": function,
            "trigger_id": trigger,
            "session_hash": self.session,
            "event_data": None,
        }
        joined = await self._client.post(f"{API}/queue/join", json=body)
        if joined.is_error:
            raise ChatError(f"{joined.status_code} {joined.text[:200]}")
        result: list[Any] | None = None
        async with self._client.stream(
            "GET", f"{API}/queue/data", params={"session_hash": self.session}
        ) as stream:
            async for line in stream.aiter_lines():
                told = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if told.get("msg") == "log":
                    raise ChatError(f"a toast: {told['log']}")
                if told.get("msg") == "process_completed":
                    if not told["success"]:
                        raise ChatError(str(told["output"]))
                    result = told["output"]["data"]
                if told.get("msg") == "close_stream":
                    break
        if result is None:
            raise ChatError("the stream ended without a reply")
        return result

    @asynccontextmanager
    async def present(self) -> AsyncIterator[Visitor]:
        """Keep the connection open that tells the server, by its end, that the visitor has left."""

        async def stay() -> None:
            async with self._client.stream("GET", f"{API}/heartbeat/{self.session}") as beats:
                async for _ in beats.aiter_raw():
                    pass

        staying = asyncio.create_task(stay())
        yield self
        staying.cancel()


def _from_json(reply: dict[str, Any]) -> Said:
    answer = reply["answer"]
    if not answer:
        return Said(reply["question"], "", ())
    titles = tuple(citation["title"] for citation in answer["citations"])
    return Said(reply["question"], answer["text"], titles)


def _from_html(talk: str, source: Any, asked: list[str]) -> Said:
    """Read the last reply of a talk as a person does, and check that the talk is the visitor's own."""
    turns = html.fromstring(talk).find_class("qw-turn")
    questions = [_text(turn.find_class("qw-question")[0]) for turn in turns]
    if questions != asked:
        raise ChatError(f"the talk holds {questions}, but {asked} was asked")
    (reply,) = turns[-1].find_class("qw-reply")
    marks = html.fromstring(source).xpath("//mark") if isinstance(source, str) else []
    marked = _text(marks[0]) if marks else ""
    if reply.find_class("qw-abstention"):
        return Said(asked[-1], "", (), marked)
    quote = _text(reply.find_class("qw-sentence")[0].find(".//strong"))
    titles = tuple(map(_text, reply.find_class("qw-citations")[0].find_class("qw-title")))
    return Said(asked[-1], quote, titles, marked)


def _text(element: Any) -> str:
    return str(element.text_content())
