"""The daemon itself: answers questions at a socket until it has been idle for a while."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from socketserver import StreamRequestHandler, ThreadingMixIn, UnixStreamServer
from typing import Any, cast

from qa.cli.daemon.daemon_socket import check_peer
from qa.cli.daemon.messages import DaemonError, Message, describe_error, installation, receive, send
from qa.cli.daemon.open_assistants import OpenAssistants
from qa.cli.output import styled
from qa.cli.replies.ask_request import AskRequest
from qa.errors import QuotewellError

__all__ = ["DaemonServer"]

POLL_SECONDS = 0.5


class DaemonServer(ThreadingMixIn, UnixStreamServer):
    """Answers the requests of its clients, each in a thread.

    :param path: where to put the socket. Only its owner can connect.
    :param assistants: closed at the end.
    :param idle_seconds: end after this time without a question.
    """

    daemon_threads = True
    timeout = POLL_SECONDS
    request_queue_size = 64

    def __init__(self, path: Path, assistants: OpenAssistants, idle_seconds: float) -> None:
        self.assistants = assistants
        self.idle_seconds = idle_seconds
        self.questions = 0
        self.installation = installation()
        self._path = path
        self._is_stopped = threading.Event()
        self._lock = threading.Lock()
        self._busy = 0
        self._used = time.monotonic()
        with suppress(FileNotFoundError):
            path.unlink()  # left by a daemon that was killed
        super().__init__(str(path), _Handler)

    def server_bind(self) -> None:
        """Create the socket, for its owner alone."""
        mask = os.umask(0o177)
        try:
            super().server_bind()
        finally:
            os.umask(mask)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - of the base class
        """Refuse other users."""
        try:
            check_peer(cast(socket, request))
        except OSError:
            return False
        return True

    def run(self) -> None:
        """Serve until stopped, or idle for too long."""
        try:
            while self._busy or not (self._is_stopped.is_set() or self.idle_left() <= 0):
                self.handle_request()
        finally:
            self._path.unlink(missing_ok=True)
            self.server_close()
            self.assistants.close()

    def stop(self) -> None:
        """End soon."""
        self._is_stopped.set()

    def idle_left(self) -> float:
        """Return how many seconds are left without another question."""
        with self._lock:
            return self.idle_seconds if self._busy else self._used + self.idle_seconds - time.monotonic()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a question, and do not end meanwhile."""
        with self._lock:
            self._busy += 1
            self.questions += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1
                self._used = time.monotonic()


class _Handler(StreamRequestHandler):
    """Answers the requests of one client."""

    server: DaemonServer

    def handle(self) -> None:
        try:
            send(self.wfile, {"installation": self.server.installation, "process": os.getpid()})
            while True:
                request = receive(self.rfile)
                send(self.wfile, self._answer(request))
        except (OSError, DaemonError):  # the client has gone
            return

    def _answer(self, request: Message) -> Message:
        match request.get("request"):
            case "ask":
                return self._ask(request)
            case "status":
                return {"questions": self.server.questions, "seconds_left": self.server.idle_left()}
            case "stop":
                self.server.stop()
                return {}
        raise DaemonError("unknown request")

    def _ask(self, request: Message) -> Message:
        options = AskRequest.from_dict(request["options"])
        try:
            with (
                self.server.working(),
                self.server.assistants.use(request["library"], request["environment"]) as assistant,
            ):
                return {"text": styled(options.answer(assistant, request["question"]))}
        except QuotewellError as error:
            return describe_error(error)
