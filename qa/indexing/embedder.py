"""Passages that wait for their vectors get them: at once, or in the background while questions are answered."""

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

WINDOW = 1024
"""Passages that are sorted by length, so that batches need little padding."""
CHUNK = 128
"""Passages whose vectors are stored at once: what a stop can lose."""
LOOK_AGAIN = 5.0
"""Seconds between two looks at what another process may have added."""
TRY_AGAIN = 60.0
"""Seconds until the next try when something was wrong."""
ASK_AGAIN = 0.5
"""Seconds between two looks at how far another process is that embeds."""
PATIENCE = 2.0
"""Seconds that a batch in the background waits for questions to be answered; then it goes on all the same."""

OnEmbedded = Callable[[EmbeddingState], None]


def embed_pending(
    library: Library,
    encoder: Encoder,
    on_progress: OnEmbedded = lambda _: None,
    between: Callable[[int], None] = lambda _: None,
) -> None:
    """Embed all passages that wait for it. What is done is kept, however this ends; another call goes on.

    When another thread or process is at it, wait until it is done, or take over when it stops.

    :param on_progress: is told how far the library is, from time to time.
    :param between: is called between two batches of the encoder; what it raises ends the embedding.
    :raises LibraryError: when the vectors cannot be stored.
    :raises EncoderError: when there is something wrong with the encoder.
    """
    while (state := library.embedding_state()).pending:
        on_progress(state)
        with library.embedding_turn() as free:
            if free:
                for _ in _chunks(library, encoder, between):
                    on_progress(library.embedding_state())
                return
        between(0)
        time.sleep(ASK_AGAIN)
    on_progress(state)


def _chunks(library: Library, encoder: Encoder, between: Callable[[int], None]) -> Iterator[None]:
    """Embed and store, a chunk at a time."""
    while window := list(library.passages(library.pending(WINDOW)).values()):
        window.sort(key=lambda passage: len(passage.text))
        for first in range(0, len(window), CHUNK):
            _embed(library, encoder, window[first : first + CHUNK], between)
            yield


def _embed(
    library: Library, encoder: Encoder, passages: Sequence[StoredPassage], between: Callable[[int], None]
) -> None:
    vectors = encoder.encode([passage.embedded_text for passage in passages], between)
    library.put_vectors([passage.id for passage in passages], vectors)


class _StoppedError(Exception):
    """The background embedding is to end."""


class BackgroundEmbedder:
    """A thread that embeds what waits for it in a library, and gives way to questions."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self._library = library
        self._encoder = encoder
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._quiet = threading.Condition()
        self._busy = 0

    def start(self) -> None:
        """Start the thread, or tell it that there is something to do."""
        self._wake.set()
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
                self._thread.start()
                atexit.register(self.stop)  # inside the encoder while the interpreter ends, it could crash

    def stop(self) -> None:
        """End the thread, after the batch that it is at; it cannot be started again."""
        with self._lock:
            self._stopping.set()
            thread, self._thread = self._thread, None
        self._wake.set()
        if thread:
            thread.join()
            atexit.unregister(self.stop)

    @contextmanager
    def giving_way(self) -> Iterator[None]:
        """Keep the thread waiting between two batches meanwhile."""
        with self._quiet:
            self._busy += 1
        try:
            yield
        finally:
            with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            pause = LOOK_AGAIN
            try:
                embed_pending(self._library, self._encoder, between=self._between)
            except _StoppedError:
                return
            except (LibraryError, EncoderError) as error:
                logger.warning("passages are not embedded yet: %s", error)
                pause = TRY_AGAIN
            self._wake.wait(pause)

    def _between(self, _: int) -> None:
        with self._quiet:
            self._quiet.wait_for(lambda: not self._busy or self._stopping.is_set(), PATIENCE)
        if self._stopping.is_set():
            raise _StoppedError
