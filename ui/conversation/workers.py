"""Where questions are answered: in a few threads, which tell what they are doing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from qa.assistant import OnStage
from qa.types import Reply

__all__ = ["Asking"]


class Asking:
    """Answers questions in threads of its own, few and always the same.

    The server calls from as many threads as it has visitors, and glibc keeps memory for each thread that ever ran
    a model: hundreds of megabytes in the end.

    :param at_once: how many questions are answered at once.
    """

    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="ask")

    def reply(self, ask: Callable[[], Reply]) -> Reply:
        """Run what asks, and return its reply. What it raises is raised here."""
        return self._pool.submit(ask).result()

    def stages(self, ask: Callable[[OnStage], Reply]) -> Iterator[str]:
        """Run what asks, and yield words for each stage of it as it begins. What it raises is raised here."""
        told: SimpleQueue[str | None] = SimpleQueue()

        def on_stage(name: str, passages: int) -> None:
            if name == "load":
                told.put("Loading the reader")
            elif name == "read":
                told.put(f"Reading {passages} passage{'' if passages == 1 else 's'}")

        reply = self._pool.submit(ask, on_stage)
        reply.add_done_callback(lambda _: told.put(None))
        yield from iter(told.get, None)
        reply.result()
