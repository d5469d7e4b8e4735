"""The threads that answer questions and report their stages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from queue import SimpleQueue
from time import perf_counter
from typing import TypeVar

from qa.assistant import OnStage
from qa.types import Reply

__all__ = ["QUESTION_QUEUE", "OnAsked", "QuestionThreads"]

QUESTION_QUEUE = "ask"
"""The concurrency id of the events that ask a question."""

OnAsked = Callable[[Reply | Exception, float], None]
"""Called with the reply to a question, or the exception it ended with, and how long it took, in seconds."""

Result = TypeVar("Result")


class QuestionThreads:
    """A fixed pool of threads that answer questions.

    The server has as many threads as visitors. If any of them could run a model, glibc would keep memory for each,
    which adds up to hundreds of megabytes.

    :param at_once: the number of questions answered at the same time.
    """

    def __init__(self, at_once: int, on_asked: OnAsked = lambda *_: None) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="ask")
        self._on_asked = on_asked

    def submit(self, ask: Callable[[], Reply]) -> Future[Reply]:
        """Call the function in a thread, as soon as one is free."""

        def timed() -> Reply:
            began = perf_counter()
            try:
                reply = ask()
            except Exception as error:
                self._on_asked(error, perf_counter() - began)
                raise
            self._on_asked(reply, perf_counter() - began)
            return reply

        return self._pool.submit(copy_context().run, timed)  # so that its span is part of the request's

    def reply(self, ask: Callable[[], Reply]) -> Reply:
        """Call the function in a thread and return its reply, or raise its exception."""
        return self.submit(ask).result()

    async def ask(self, ask: Callable[[], Reply]) -> Reply:
        """Do the same in an event loop."""
        return await asyncio.wrap_future(self.submit(ask))

    async def run(self, call: Callable[[], Result]) -> Result:
        """Call a function that answers no question in one of the threads, in an event loop."""
        return await asyncio.wrap_future(self._pool.submit(call))

    def stages(self, ask: Callable[[OnStage], Reply]) -> Iterator[str]:
        """Call the function in a thread and yield a description of each stage, or raise its exception."""
        stages: SimpleQueue[str | None] = SimpleQueue()

        def on_stage(name: str, passages: int) -> None:
            if name == "load":
                stages.put("Loading the reader")
            elif name == "read":
                stages.put(f"Reading {passages} passage{'' if passages == 1 else 's'}")

        reply = self.submit(lambda: ask(on_stage))
        reply.add_done_callback(lambda _: stages.put(None))
        yield from iter(stages.get, None)
        reply.result()
