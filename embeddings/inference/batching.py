"""Batching: a network serves the threads that wait for it together.

A forward pass that runs alone uses all cores. Several at once, each with all cores, slow each other down. So
requests that arrive while the cores are busy wait, and go through their network in one pass as soon as there is
room.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

__all__ = ["BATCHER", "Batcher", "Ids", "Network"]

Ids = Sequence[Sequence[int]]
Network = Callable[[Ids, Ids], torch.Tensor]
"""Takes the token ids of some texts, and the token type ids of each text or none; returns a row for each token."""

BATCH_TOKENS = 2048
"""The most tokens of several requests in one pass: enough to keep the cores busy, few enough for their caches."""


@dataclass(slots=True, eq=False)
class _Request:
    network: Network
    ids: Ids
    type_ids: Ids
    tokens: int
    states: torch.Tensor | None = None
    error: Exception | None = None

    @property
    def done(self) -> bool:
        return self.states is not None or self.error is not None

    @property
    def rows(self) -> torch.Tensor:
        """The result. Raises the error of the network, if there was one."""
        if self.states is None:
            raise self.error or RuntimeError("the network has not run")
        return self.states

    def fits_with(self, other: _Request) -> bool:
        return self.network == other.network and bool(self.type_ids) == bool(other.type_ids)

    def run(self) -> None:
        try:
            self.states = self.network(self.ids, self.type_ids)
        except Exception as error:
            self.error = error


class Batcher:
    """Runs networks for many threads, first come, first served.

    At most one pass for each core runs at once. A pass that runs alone gets all cores, so that a single user waits
    as little as possible; passes that run at once share the cores, because the threads of a pass wait for each
    other at every step. The batcher starts no thread: a waiting thread that finds room runs the next pass,
    its own or another thread's, until its own result is there.

    :param passes: the most passes that run at once; by default, the number of torch's threads.
    :param batch_tokens: the most tokens of several requests in one pass; 0 runs a pass for each request.
    """

    def __init__(self, passes: int | None = None, batch_tokens: int = BATCH_TOKENS) -> None:
        self._batch_tokens = batch_tokens
        self._waiting: deque[_Request] = deque()
        self._changed = threading.Condition()
        self._running = 0
        self._threads = torch.get_num_threads()
        self._passes = passes or self._threads

    def run(self, network: Network, ids: Ids, type_ids: Ids = ()) -> torch.Tensor:
        """Wait until there is room for a pass, and return the rows that the network gives for the texts.

        An exception of the network reaches only the thread whose texts caused it.
        """
        request = _Request(network, ids, type_ids, sum(map(len, ids)))
        with self._changed:
            self._waiting.append(request)
        try:
            while not request.done:
                with self._next_batch(request) as batch:
                    _run(batch)
        finally:
            with self._changed:
                if request in self._waiting:  # interrupted
                    self._waiting.remove(request)
        return request.rows

    @contextmanager
    def _next_batch(self, request: _Request) -> Iterator[Sequence[_Request]]:
        """Wait until the request is done or there is room for a pass; yield the requests to run in it."""
        with self._changed:
            self._changed.wait_for(lambda: request.done or (self._waiting and self._running < self._passes))
            batch = [] if request.done else self._take_batch()
            self._running += bool(batch)
            others = self._running - 1 + len(self._waiting)
        if not batch:
            yield ()
            return
        torch.set_num_threads(max(1, self._threads // (1 + others)))  # of this thread's passes
        try:
            yield batch
        finally:
            torch.set_num_threads(self._threads)
            with self._changed:
                self._running -= 1
                self._waiting.extendleft(request for request in reversed(batch) if not request.done)
                self._changed.notify_all()

    def _take_batch(self) -> list[_Request]:
        first = self._waiting.popleft()
        batch, tokens = [first], first.tokens
        for other in [other for other in self._waiting if other.fits_with(first)]:
            if (tokens := tokens + other.tokens) > self._batch_tokens:
                break
            batch.append(other)
            self._waiting.remove(other)
        return batch


def _run(batch: Sequence[_Request]) -> None:
    """Run the requests in one pass; if that fails, run each in its own, to find the one that caused it."""
    if len(batch) > 1:
        try:
            states = batch[0].network(*_join(batch))
        except Exception:
            states = None
        if states is not None:
            parts = torch.split(states, [request.tokens for request in batch])
            for request, part in zip(batch, parts, strict=True):
                request.states = part
            return
    for request in batch:
        request.run()


def _join(requests: Sequence[_Request]) -> tuple[Ids, Ids]:
    ids = [text for request in requests for text in request.ids]
    return ids, [kinds for request in requests for kinds in request.type_ids]


BATCHER = Batcher()
"""The batcher of this process: all of its networks use the same cores."""
