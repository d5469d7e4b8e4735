"""The threads that answer questions and report their stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from qa.assistant import OnStage
from qa.types import Reply

__all__ = ["QuestionThreads"]


class QuestionThreads:
    """A fixed pool of threads that answer questions.

    The server has as many threads as visitors. If any of them could run a model, glibc would keep memory for each,
    which adds up to hundreds of megabytes.

    :param at_once: the number of questions answered at the same time.
    """

    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="ask")

    def reply(self, ask: Callable[[], Reply]) -> Reply:
        """Call the function in a thread and return its reply, or raise its exception."""
        return self._pool.submit(ask).result()

    def stages(self, ask: Callable[[OnStage], Reply]) -> Iterator[str]:
        """Call the function in a thread and yield a description of each stage, or raise its exception."""
        stages: SimpleQueue[str | None] = SimpleQueue()

        def on_stage(name: str, passages: int) -> None:
            if name == "load":
                stages.put("Loading the reader")
            elif name == "read":
                stages.put(f"Reading {passages} passage{'' if passages == 1 else 's'}")

        reply = self._pool.submit(ask, on_stage)
        reply.add_done_callback(lambda _: stages.put(None))
        yield from iter(stages.get, None)
        reply.result()
