"""Pending passages -> vectors: at once, or in the background while questions are answered."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from embeddings.encoder import Encoder, EncoderError
from qa.errors import LibraryError
from qa.library.base import Library, StoredPassage
from qa.types import EmbeddingState

__all__ = ["BackgroundEmbedder", "OnEmbedded", "embed_pending"]

logger = logging.getLogger(__name__)

LEASED = 1024
"""Passages leased at a time. They are sorted by length, so that batches need little padding."""
LEASE_SECONDS = 600.0
"""How long a lease lasts if its holder dies unnoticed: several times what embedding the passages takes."""
CHUNK = 128
"""Passages whose vectors are stored at a time: what an interruption can lose."""
POLL_SECONDS = 5.0
"""Seconds between checks for passages that other processes have added."""
RETRY_SECONDS = 60.0
"""Seconds until the next attempt after an error."""
WAIT_SECONDS = 0.5
"""Seconds between checks on the progress of another process that embeds."""
MAX_PAUSE = 2.0
"""Seconds that a background batch waits for questions at most."""

OnEmbedded = Callable[[EmbeddingState], object]
"""Called with the library's state as its passages are embedded."""


def embed_pending(
    library: Library,
    encoder: Encoder,
    on_progress: OnEmbedded = lambda _: None,
    between: Callable[[int], None] = lambda _: None,
    leased: int = LEASED,
) -> None:
    """Embed all pending passages. Whatever interrupts it, stored vectors stay and another call continues.

    While others hold the leases on what is left, wait for them, and take over if they stop. Then the library is
    optimized.

    :param between: called between two batches of the encoder; an exception that it raises ends the embedding.
    :param leased: how many passages to lease at a time.
    :raises LibraryError: if the vectors cannot be stored.
    :raises EncoderError: if the encoder fails.
    """
    has_embedded = False
    while (state := library.embedding_state()).pending:
        on_progress(state)
        with library.claim_pending(leased, LEASE_SECONDS) as mine:
            passages = sorted(library.passages(mine).values(), key=lambda passage: len(passage.text))
            for first in range(0, len(passages), CHUNK):
                if first:
                    on_progress(library.embedding_state())
                _embed(library, encoder, passages[first : first + CHUNK], between)
                has_embedded = True
        if not mine:
            between(0)
            time.sleep(WAIT_SECONDS)
    on_progress(state)
    if has_embedded:
        library.optimize()


def _embed(
    library: Library, encoder: Encoder, passages: Sequence[StoredPassage], between: Callable[[int], None]
) -> None:
    vectors = encoder.encode([passage.embedded_text for passage in passages], between)
    library.put_vectors([passage.id for passage in passages], vectors)


class _StoppedError(Exception):
    """The background embedding was stopped."""


class BackgroundEmbedder:
    """A thread that embeds a library's pending passages, and pauses for questions."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self._library = library
        self._encoder = encoder
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._questions = threading.Condition()
        self._asking = 0

    def start(self) -> None:
        """Start the thread, or wake it if it is running."""
        self._wake.set()
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
                self._thread.start()
                atexit.register(self.stop)  # inside the encoder while the interpreter ends, it could crash

    def stop(self) -> None:
        """End the thread after its current batch; it cannot be started again."""
        with self._lock:
            self._stopping.set()
            thread, self._thread = self._thread, None
        self._wake.set()
        if thread:
            thread.join()
            atexit.unregister(self.stop)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Pause the thread between two batches, inside the ``with`` block."""
        with self._questions:
            self._asking += 1
        try:
            yield
        finally:
            with self._questions:
                self._asking -= 1
                self._questions.notify_all()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            pause = POLL_SECONDS
            try:
                embed_pending(self._library, self._encoder, between=self._between)
            except _StoppedError:
                return
            except (LibraryError, EncoderError) as error:
                logger.warning("passages are not embedded yet: %s", error)
                pause = RETRY_SECONDS
            self._wake.wait(pause)

    def _between(self, _: int) -> None:
        with self._questions:
            self._questions.wait_for(lambda: not self._asking or self._stopping.is_set(), MAX_PAUSE)
        if self._stopping.is_set():
            raise _StoppedError
