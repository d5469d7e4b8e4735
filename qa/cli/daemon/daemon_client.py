"""Talk to the daemon, without importing anything that takes time."""

from __future__ import annotations

import socket
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from qa.cli.daemon.daemon_socket import HAS_UNIX_SOCKETS, check_peer, find_socket
from qa.cli.daemon.messages import DaemonError, Message, installation, raise_error, receive, send

__all__ = ["DaemonClient"]

GREETING_SECONDS = 2.0
"""How long to wait for a daemon that may be stopped or hang."""


class DaemonClient:
    """A connection to the daemon of this user. Close it, or use it in a ``with`` statement.

    :raises DaemonError: if no daemon answers at the socket.
    """

    def __init__(self, path: Path) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connection.settimeout(GREETING_SECONDS)
            self._connection.connect(str(path))
            check_peer(self._connection)
            self._stream = self._connection.makefile("rwb")
            self.greeting = receive(self._stream)
            self._connection.settimeout(None)
        except (OSError, DaemonError) as error:
            self._connection.close()
            raise DaemonError(str(error)) from error

    @classmethod
    def connect(cls) -> DaemonClient | None:
        """Return a connection to the daemon, or None if none is running."""
        path = find_socket() if HAS_UNIX_SOCKETS else None
        if path is None:
            return None
        try:
            return cls(path)
        except DaemonError:
            return None

    @property
    def is_same_version(self) -> bool:
        """Whether the daemon runs the same code as this process."""
        return bool(self.greeting.get("installation") == installation())

    def request(self, what: str, **arguments: Any) -> Message:
        """Send a request, and return the answer.

        :raises QuotewellError: the error that the daemon met.
        :raises DaemonError: if the daemon has ended meanwhile.
        """
        try:
            send(self._stream, {"request": what, **arguments})
        except OSError as error:
            raise DaemonError(str(error)) from error
        answer = receive(self._stream)
        raise_error(answer)
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
