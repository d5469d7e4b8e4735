"""Health checks: ``/healthz`` says whether the server runs, ``/readyz`` whether it can answer questions.

Anyone may ask for them, so they cost little however often they are asked for, and they say nothing else.
"""

from __future__ import annotations

import asyncio
import math
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from qa.assistant import Assistant
from qa.errors import QuotewellError

__all__ = ["HEALTH", "READY", "LibrarySize", "LibraryWatch", "Probes"]

HEALTH, READY = "/healthz", "/readyz"

FRESH_SECONDS = 1.0
"""How long the size of the library counts as known."""
ANSWER_SECONDS = 2.0
"""How long the library may take to say its size."""
LENIENT_SECONDS = 15.0
"""How long a library that does not answer still counts as readable: a slow moment should move no visitors."""


class LibrarySize(NamedTuple):
    """How many articles and passages a library has, and how many passages still wait for their vectors."""

    articles: int
    passages: int
    pending: int


class LibraryWatch:
    """Reads the size of the library, at most once a second, and does not wait long for it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._thread = ThreadPoolExecutor(1, "library-watch")
        self._lock = threading.Lock()
        self._reading: Future[LibrarySize] | None = None
        self._began = 0.0
        self._last_read = -math.inf

    def size(self) -> LibrarySize | None:
        """Return the size of the library; None if it cannot be read, or not in time."""
        reading, patience = self._newest()
        try:
            return reading.result(patience)
        except (QuotewellError, TimeoutError):
            return None

    async def is_readable(self) -> bool:
        """Return whether the library can be read, or could be a moment ago.

        It is read for the next call: this one waits only if there was no moment ago.
        """
        reading, patience = self._newest()
        if self._was_readable():
            return True
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(reading)), patience)
        except (QuotewellError, TimeoutError):
            return False
        return True

    def _newest(self) -> tuple[Future[LibrarySize], float]:
        """Return the latest reading, a new one if it is not fresh, and for how many seconds to wait for it."""
        with self._lock:
            now = monotonic()
            if self._reading is None or (self._reading.done() and now - self._began > FRESH_SECONDS):
                self._reading, self._began = self._thread.submit(self._read), now
            return self._reading, max(0.0, self._began + ANSWER_SECONDS - now)

    def _was_readable(self) -> bool:
        return monotonic() - self._last_read < LENIENT_SECONDS

    def _read(self) -> LibrarySize:
        state = self._assistant.embedding_state()
        size = LibrarySize(self._assistant.article_count, state.passages, state.pending)
        self._last_read = monotonic()
        return size


class Probes:
    """Answers the health checks, in the event loop: a thread might have to wait until questions are answered."""

    def __init__(self, library: LibraryWatch) -> None:
        self._library = library
        self._models = "The models are loading."

    def report_models(self, problem: str = "") -> None:
        """Take note that the models are loaded, or that they cannot be."""
        self._models = problem

    async def health(self, _: Request) -> Response:
        """Say that the server runs: it needs nobody else for that."""
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        """Say whether the models are loaded and the library can be read, by status 200 or 503."""
        problem = self._models or ("" if await self._library.is_readable() else "The library cannot be read.")
        return PlainTextResponse(f"{problem or 'ready'}\n", 503 if problem else 200)
