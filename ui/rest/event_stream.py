"""Responses that arrive bit by bit: as lines of JSON, or as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple

from starlette.responses import StreamingResponse

from qa.assistant import OnStage
from qa.types import Reply
from ui.conversation.workers import QuestionThreads
from ui.rest.problems import describe

__all__ = ["STREAMS", "Event", "stages", "stream", "stream_type"]


class Event(NamedTuple):
    """A part of a response that arrives bit by bit."""

    name: str
    data: Mapping[str, Any]


def _ndjson(event: Event) -> str:
    return json.dumps({"event": event.name, "data": event.data}) + "\n"


def _server_sent(event: Event) -> str:
    return f"event: {event.name}\ndata: {json.dumps(event.data)}\n\n"


STREAMS: dict[str, Callable[[Event], str]] = {
    "application/x-ndjson": _ndjson,
    "text/event-stream": _server_sent,
}
"""How to write an event, by media type."""


def stream_type(accept: str) -> str:
    """Return the first media type of an ``Accept`` header that is a stream; empty if none is."""
    types = (each.partition(";")[0].strip().lower() for each in accept.split(","))
    return next((each for each in types if each in STREAMS), "")


async def stream(events: AsyncIterator[Event], media_type: str) -> StreamingResponse:
    """Return a response that sends the events as they come.

    An error before the first event is raised, and so gets a status of its own. A later one becomes the last event.
    """
    first = await anext(events)
    write = STREAMS[media_type]

    async def written() -> AsyncIterator[str]:
        yield write(first)
        try:
            async for event in events:
                yield write(event)
        except Exception as error:
            yield write(Event("problem", describe(error).model_dump()))

    # nginx would otherwise wait for more
    return StreamingResponse(written(), headers={"X-Accel-Buffering": "no"}, media_type=media_type)


async def stages(threads: QuestionThreads, ask: Callable[[OnStage], Reply]) -> AsyncIterator[Event]:
    """Call the function in a thread; yield an event for each stage that begins, and one for the reply."""
    loop = asyncio.get_running_loop()
    begun: asyncio.Queue[Event | None] = asyncio.Queue()

    def put(event: Event | None) -> None:
        loop.call_soon_threadsafe(begun.put_nowait, event)

    reply = threads.submit(lambda: ask(lambda name, passages: put(_stage(name, passages))))
    reply.add_done_callback(lambda _: put(None))
    while (event := await begun.get()) is not None:
        yield event
    yield Event("reply", reply.result().to_dict())


def _stage(name: str, passages: int) -> Event:
    return Event("stage", {"stage": name, "passages": passages})
