"""Clients of a served chat: visitors, who use the events of the page, and programs, which use ``ask``."""

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

__all__ = ["ChatError", "ChatReply", "Client", "Page", "Program", "Visitor"]

API = "gradio_api"
PATIENCE = httpx.Timeout(120)
MIN_CONFIDENCE, PASSAGES, READER = 50, 10, ""


class ChatError(Exception):
    """The chat did not reply, or showed something else than a reply."""


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A question as the reply repeats it, the quote ("" for an abstention), and the titles of the citations.

    ``marked`` is the marked text of the source panel, where it shows a source.
    """

    question: str
    quote: str
    titles: tuple[str, ...]
    marked: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser knows about the page: which event asks, and which starts a new conversation."""

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
            return next(
                int(each["id"]) for each in config["dependencies"] if [ids[elem_id], name] in each["targets"]
            )

        sent = event("qw-ask", "submit")
        return cls(
            ask=next(int(each["id"]) for each in config["dependencies"] if each["trigger_after"] == sent),
            ask_trigger=ids["qw-ask"],
            clear=event("qw-conversation", "clear"),
            clear_trigger=ids["qw-conversation"],
        )


class Client:
    """Someone who asks questions."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, question: str) -> ChatReply:
        """Ask a question, and return the reply.

        :raises ChatError: if there is no reply, or the chat shows something else.
        """
        raise NotImplementedError

    async def start_conversation(self) -> None:
        """Start a new conversation."""


class Program(Client):
    """Calls the ``ask`` endpoint over plain HTTP, which has no conversations."""

    async def ask(self, question: str) -> ChatReply:
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
class Visitor(Client):
    """Asks over the queue, as the page does. Its session must not contain anyone else's questions."""

    _client: httpx.AsyncClient
    page: Page
    session: str = field(default_factory=lambda: secrets.token_hex(6))
    asked: list[str] = field(default_factory=list)

    async def ask(self, question: str) -> ChatReply:
        """Ask one question of the conversation."""
        data = [question, MIN_CONFIDENCE, PASSAGES, READER, None, None]
        _, failed, conversation, source, *_ = await self._event(self.page.ask, self.page.ask_trigger, data)
        if failed:
            raise ChatError(f"the question was returned to the visitor: {failed}")
        self.asked.append(question)
        return _from_html(conversation, source, self.asked)

    async def start_conversation(self) -> None:
        """Start a new conversation."""
        await self._event(self.page.clear, self.page.clear_trigger, [None])
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
                message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if message.get("msg") == "log":
                    raise ChatError(f"a toast: {message['log']}")
                if message.get("msg") == "process_completed":
                    if not message["success"]:
                        raise ChatError(str(message["output"]))
                    result = message["output"]["data"]
                if message.get("msg") == "close_stream":
                    break
        if result is None:
            raise ChatError("the stream ended without a reply")
        return result

    @asynccontextmanager
    async def present(self) -> AsyncIterator[Visitor]:
        """Keep the heartbeat open: when it closes, the server knows that the visitor has left."""

        async def stay() -> None:
            async with self._client.stream("GET", f"{API}/heartbeat/{self.session}") as beats:
                async for _ in beats.aiter_raw():
                    pass

        staying = asyncio.create_task(stay())
        yield self
        staying.cancel()


def _from_json(reply: dict[str, Any]) -> ChatReply:
    answer = reply["answer"]
    if not answer:
        return ChatReply(reply["question"], "", ())
    titles = tuple(citation["title"] for citation in answer["citations"])
    return ChatReply(reply["question"], answer["text"], titles)


def _from_html(conversation: str, source: Any, asked: list[str]) -> ChatReply:
    """Read the last reply of a conversation from its HTML; check that the visitor asked all of its questions."""
    turns = html.fromstring(conversation).find_class("qw-turn")
    questions = [_text(turn.find_class("qw-question")[0]) for turn in turns]
    if questions != asked:
        raise ChatError(f"the conversation holds {questions}, but the visitor asked {asked}")
    (reply,) = turns[-1].find_class("qw-reply")
    marks = html.fromstring(source).xpath("//mark") if isinstance(source, str) else []
    marked = _text(marks[0]) if marks else ""
    if reply.find_class("qw-abstention"):
        return ChatReply(asked[-1], "", (), marked)
    quote = _text(reply.find_class("qw-sentence")[0].find(".//strong"))
    # An answer of parts may have no citations but theirs; those in <details> belong to other answers.
    titles = tuple(_text(title) for title in reply.find_class("qw-title") if not [*title.iterancestors("details")])
    return ChatReply(asked[-1], quote, titles, marked)


def _text(element: Any) -> str:
    return str(element.text_content())
