"""The routes that answer questions and retrieve passages."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from itertools import islice
from typing import Annotated, Any

from fastapi import FastAPI, Header
from starlette.responses import Response

from qa.assistant import Assistant, OnStage
from qa.errors import QuotewellError, SettingsError
from qa.types import Reply
from ui.conversation.workers import QuestionThreads
from ui.rest import requested, schemas
from ui.rest.event_stream import STREAMS, Event, stages, stream, stream_type
from ui.rest.problems import describe

__all__ = ["add_question_routes"]

AT_ONCE = 4
"""How many questions of a batch are answered at the same time: those of one client must not delay all others."""
Accept = Annotated[str, Header(include_in_schema=False)]
"""What the client takes. OpenAPI says so by the responses, and ignores a parameter of this name."""
AS_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"schema": {"type": "string"}} for media_type in STREAMS}}
}


def add_question_routes(api: FastAPI, assistant: Assistant, threads: QuestionThreads) -> None:
    """Add the routes to the API."""

    def answer(question: str, options: requested.QuestionOptions, on_stage: OnStage | None = None) -> Reply:
        return assistant.ask(
            question,
            min_confidence=options.min_confidence,
            filters=options.filters.checked(),
            passages=options.passages,
            reader=options.reader,
            on_stage=on_stage,
        )

    def each(asked: requested.Questions) -> AsyncIterator[Event]:
        return _results(threads, [partial(answer, question, asked) for question in asked.questions])

    @api.post("/ask", response_model=schemas.Reply, responses=AS_STREAM)
    async def ask(asked: requested.Question, accept: Accept = "") -> Response | dict[str, Any]:
        """Answer a question with a verbatim quote from the articles, or abstain.

        A stream has an event `stage` for each stage that begins, and then `reply`, or `problem`.
        """
        if media_type := stream_type(accept):
            events = stages(threads, lambda on_stage: answer(asked.question, asked, on_stage))
            return await stream(events, media_type)
        return (await threads.ask(partial(answer, asked.question, asked))).to_dict()

    @api.post("/ask/batch", response_model=schemas.Batch, responses=AS_STREAM)
    async def ask_batch(asked: requested.Questions, accept: Accept = "") -> Response | dict[str, Any]:
        """Answer several questions, each by itself.

        A stream has an event `reply` or `problem` for each question, in their order, as soon as it is there.
        """
        if media_type := stream_type(accept):
            return await stream(each(asked), media_type)
        return {"results": [{event.name: event.data} async for event in each(asked)]}

    @api.post("/retrieve")
    async def retrieve(sought: requested.Retrieval) -> schemas.RetrievedPassages:
        """Return the passages most likely to hold the answer to a question, best first."""
        filters = sought.filters.checked()
        found = await threads.run(lambda: assistant.retrieve(sought.question, sought.k, filters))
        return schemas.RetrievedPassages(passages=[schemas.Passage.of(passage) for passage in found])


async def _results(threads: QuestionThreads, asks: Iterable[Callable[[], Reply]]) -> AsyncIterator[Event]:
    """Answer a few questions at a time, in shared forward passes; yield what becomes of each, in their order."""
    rest, begun = iter(asks), deque[asyncio.Future[Reply]]()
    try:
        while True:
            begun += (asyncio.ensure_future(threads.ask(ask)) for ask in islice(rest, AT_ONCE - len(begun)))
            if not begun:
                return
            try:
                reply = await begun.popleft()
                yield Event("reply", reply.to_dict())
            except SettingsError:  # of the options, which all questions share
                raise
            except QuotewellError as error:
                yield Event("problem", describe(error).model_dump())
    finally:
        for left in begun:
            left.cancel()
