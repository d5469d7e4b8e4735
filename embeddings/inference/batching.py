"""Threads that want a network at the same time take turns, and those that wait are served together.

A forward pass left alone uses all cores: several at once, each with all of them, slow each other down. What waits
while the cores are busy goes through its network in one pass as soon as there is room.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

__all__ = ["CORES", "Ids", "Network", "Turns"]

Ids = Sequence[Sequence[int]]
Network = Callable[[Ids, Ids], torch.Tensor]
"""Takes the token ids of some texts, and the token type ids of each or none; returns a row for each token."""

TOGETHER_TOKENS = 2048
"""Most tokens of several requests in one pass: enough to keep the cores busy, few enough for their caches."""


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
        """What was asked for, or the error that it ended in."""
        if self.states is None:
            raise self.error or RuntimeError("the network has not run")
        return self.states

    def goes_with(self, other: _Request) -> bool:
        return self.network == other.network and bool(self.type_ids) == bool(other.type_ids)

    def run(self) -> None:
        try:
            self.states = self.network(self.ids, self.type_ids)
        except Exception as error:
            self.error = error


class Turns:
    """Runs networks for many threads, first come, first served.

    As many passes as there are cores run at once, each with its share of them: alone with all, so that one user
    waits as little as possible; beside others with one, as threads of a pass wait for each other at each step.
    There is no thread of its own: whoever finds room runs the pass that is next, be it its own or another's, until
    its own result is there.

    :param passes: how many run at once at most; by default as many as torch uses threads.
    :param together_tokens: the most tokens of several requests in one pass; 0 for a pass each.
    """

    def __init__(self, passes: int | None = None, together_tokens: int = TOGETHER_TOKENS) -> None:
        self._together_tokens = together_tokens
        self._waiting: deque[_Request] = deque()
        self._changed = threading.Condition()
        self._running = 0
        self._threads = torch.get_num_threads()
        self._passes = passes or self._threads

    def run(self, network: Network, ids: Ids, type_ids: Ids = ()) -> torch.Tensor:
        """Return the rows that the network gives for the texts, when it is their turn.

        What the network raises reaches the thread whose texts are at fault, and no other.
        """
        request = _Request(network, ids, type_ids, sum(map(len, ids)))
        with self._changed:
            self._waiting.append(request)
        try:
            while not request.done:
                with self._turn(request) as together:
                    _run(together)
        finally:
            with self._changed:
                if request in self._waiting:  # interrupted
                    self._waiting.remove(request)
        return request.rows

    @contextmanager
    def _turn(self, request: _Request) -> Iterator[Sequence[_Request]]:
        """Wait until the request is done or there is room for a pass; lend the first that wait, and cores."""
        with self._changed:
            self._changed.wait_for(lambda: request.done or (self._waiting and self._running < self._passes))
            together = [] if request.done else self._first()
            self._running += bool(together)
            others = self._running - 1 + len(self._waiting)
        if not together:
            yield ()
            return
        torch.set_num_threads(max(1, self._threads // (1 + others)))  # of this thread's passes
        try:
            yield together
        finally:
            torch.set_num_threads(self._threads)
            with self._changed:
                self._running -= 1
                self._waiting.extendleft(request for request in reversed(together) if not request.done)
                self._changed.notify_all()

    def _first(self) -> list[_Request]:
        first = self._waiting.popleft()
        together, tokens = [first], first.tokens
        for other in [other for other in self._waiting if other.goes_with(first)]:
            if (tokens := tokens + other.tokens) > self._together_tokens:
                break
            together.append(other)
            self._waiting.remove(other)
        return together


def _run(together: Sequence[_Request]) -> None:
    """Run the requests in one pass; when that fails, each in its own, to find whose fault it is."""
    if len(together) > 1:
        try:
            states = together[0].network(*_joined(together))
        except Exception:
            states = None
        if states is not None:
            parts = torch.split(states, [request.tokens for request in together])
            for request, part in zip(together, parts, strict=True):
                request.states = part
            return
    for request in together:
        request.run()


def _joined(requests: Sequence[_Request]) -> tuple[Ids, Ids]:
    ids = [text for request in requests for text in request.ids]
    return ids, [kinds for request in requests for kinds in request.type_ids]


CORES = Turns()
"""The turns of this process, whose networks all use the same cores."""
