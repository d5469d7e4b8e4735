"""What an assistant does about a question, told while it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from qa.assistant import OnStage
from qa.types import Reply

__all__ = ["stages"]


def stages(ask: Callable[[OnStage], Reply]) -> Iterator[str]:
    """Run what asks, in a thread of its own, and yield words for each stage of it as it begins.

    What it raises is raised here.
    """
    told: SimpleQueue[str | None] = SimpleQueue()

    def on_stage(name: str, passages: int) -> None:
        if name == "read":
            told.put(f"Reading {passages} passage{'' if passages == 1 else 's'}")

    with ThreadPoolExecutor(1, thread_name_prefix="ask") as pool:
        reply = pool.submit(ask, on_stage)
        reply.add_done_callback(lambda _: told.put(None))
        yield from iter(told.get, None)
        reply.result()
