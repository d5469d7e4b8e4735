"""Limits on idle connections: each must send the head of its request in time, and only a few may wait at once.

uvicorn limits the pause between two requests, but not the time that a request takes to arrive. This module
subclasses uvicorn's undocumented protocol class: ``pyproject.toml`` bounds uvicorn's version, and
``tests/ui/serving/test_connections.py`` fails when the class changes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_SECONDS", "MAX_WAITING", "PatientProtocol", "raise_file_limit"]

HEAD_SECONDS = 10.0
"""The longest time that a client may take to send the head of a request."""
MAX_WAITING = 256
"""The most connections that may wait for a head. Beyond that, the one that has waited longest is closed."""

_waiting: dict[PatientProtocol, asyncio.TimerHandle] = {}
"""The connections that are waiting for a head, the longest wait first."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection if its next request does not arrive in time."""

    def connection_made(self, transport: Any) -> None:
        """Start waiting for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Keep waiting until the head is complete."""
        if self._is_between_requests():
            self._wait()
        super().data_received(data)
        if not self._is_between_requests():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        if self not in _waiting:
            if len(_waiting) >= MAX_WAITING:
                next(iter(_waiting))._close()
            _waiting[self] = self.loop.call_later(HEAD_SECONDS, self._close)

    def _stop_waiting(self) -> None:
        if timer := _waiting.pop(self, None):
            timer.cancel()

    def _close(self) -> None:
        self._stop_waiting()
        self.transport.close()


def raise_file_limit(maximum: int = 16_384) -> None:
    """Raise this process's limit on open files as far as possible, up to ``maximum``: each connection is one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = maximum if hard == resource.RLIM_INFINITY else min(maximum, hard)
    if soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
