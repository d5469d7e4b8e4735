"""Connections that send nothing: each must send its request's head in time, and few may wait at once.

uvicorn limits the pause between two requests, not the time that a request takes to arrive. This module stands on
uvicorn's protocol class, which is not documented: ``pyproject.toml`` bounds its version, and
``tests/ui/serving/test_connections.py`` fails when it changes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_SECONDS", "MAX_WAITING", "PatientProtocol", "raise_file_limit"]

HEAD_SECONDS = 10.0
"""How long a client may take to send the head of a request."""
MAX_WAITING = 256
"""How many connections may wait for the head of their request; beyond, the one that waits longest is closed."""

_waiting: dict[PatientProtocol, asyncio.TimerHandle] = {}
"""The connections that wait for a head, in the order in which they began to."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection whose next request does not arrive in time."""

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on if the head is not complete yet."""
        if self._is_between_requests():
            self._wait()
        super().data_received(data)
        if not self._is_between_requests():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
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


def raise_file_limit(wanted: int = 16_384) -> None:
    """Allow this process as many open files as it may have, up to ``wanted``: a connection is one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
