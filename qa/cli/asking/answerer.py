"""Answer questions by the daemon, or in this process if none is running."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sized
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Self

from qa.cli.daemon.daemon_client import DaemonClient
from qa.cli.daemon.messages import DaemonError
from qa.cli.environment.surroundings import library_place, settings_variables
from qa.cli.options import open_assistant
from qa.cli.output import echo, styled
from qa.cli.replies.ask_request import AskRequest
from qa.errors import QuestionError

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["Answerer"]

AT_ONCE = 4
"""How many questions of a file are asked at once: they share the passes of the networks."""


class Answerer:
    """Answers questions about a library, also from many threads. Close it, or use it in a ``with`` statement.

    What it returns does not depend on who answers. The models load only in a process without a daemon.
    """

    def __init__(self, library: str, request: AskRequest, *, use_daemon: bool) -> None:
        self._library = library
        self._request = request
        self._lock = threading.Lock()
        self._place = library_place(library) if use_daemon else None
        self._daemon = _connect() if self._place else None
        self._assistant: Assistant | None = None

    def answer(self, question: str) -> str:
        """Return the reply to a question, as :func:`~qa.cli.output.echo_styled` prints it.

        :raises QuotewellError: if the question cannot be answered.
        """
        with self._lock:
            if self._daemon:
                try:
                    return self._ask_daemon(self._daemon, question)
                except DaemonError:  # it has just ended
                    self._daemon.close()
                    self._daemon = None
            if self._assistant is None:
                self._assistant = open_assistant(self._library)
        return styled(self._request.answer(self._assistant, question))

    def answer_all(self, questions: Iterable[str]) -> Iterator[tuple[str, str | QuestionError]]:
        """Yield each question in order with its reply, or with the error if it cannot be asked.

        The questions of a list are asked several at a time, all others as they come.
        """
        if not isinstance(questions, Sized):
            yield from map(self._try, questions)
            return
        threads = ThreadPoolExecutor(AT_ONCE)
        try:
            yield from threads.map(self._try, questions)
        finally:
            threads.shutdown(cancel_futures=True)  # after Ctrl-C

    def _try(self, question: str) -> tuple[str, str | QuestionError]:
        try:
            return question, self.answer(question)
        except QuestionError as error:
            return question, error

    def close(self) -> None:
        """Close the library, or the connection to the daemon."""
        if self._daemon:
            self._daemon.close()
        if self._assistant:
            self._assistant.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask_daemon(self, daemon: DaemonClient, question: str) -> str:
        reply = daemon.request(
            "ask",
            question=question,
            library=self._place,
            environment=settings_variables(),
            options=self._request.to_dict(),
        )
        return str(reply["text"])


def _connect() -> DaemonClient | None:
    """Return a connection to the daemon, if one of this version is running."""
    daemon = DaemonClient.connect()
    if daemon and not daemon.is_same_version:
        daemon.close()
        echo("The daemon is of another version and is not used. `quotewell daemon` replaces it.", err=True)
        return None
    return daemon
