"""Looking after a library on disk, without asking it anything."""

from __future__ import annotations

from pathlib import Path

from embeddings.encoder import EncoderError, SentenceEncoder
from qa.errors import ModelError
from qa.indexing.embedder import OnEmbedded, embed_pending
from qa.library.base import HealthReport
from qa.library.sqlite.library import SqliteLibrary
from qa.library.sqlite.rows import check_vectors
from qa.settings import Settings, library_folder

__all__ = ["check"]


def check(
    library: str | Path, settings: Settings, *, rebuild: bool = False, on_progress: OnEmbedded = lambda _: None
) -> HealthReport:
    """Check a library against itself, whichever encoder it was built with.

    :param rebuild: embed all passages anew with the encoder of the settings first. When that is interrupted, the
        passages that are left wait for their vectors, as new ones do.
    :param on_progress: is told how far the embedding is.
    :raises LibraryError: when there is no such library.
    :raises ModelError: when the encoder cannot be loaded.
    """
    store = SqliteLibrary.open(library_folder(library, settings), encoder=None, create=False)
    try:
        if rebuild:
            encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
            _try(encoder)
            store.renew_vectors(encoder.fingerprint, encoder.dimension)
            embed_pending(store, encoder, on_progress)
        return store.doctor()
    except EncoderError as error:
        raise ModelError(str(error)) from error
    finally:
        store.close()


def _try(encoder: SentenceEncoder) -> None:
    """Make sure that the encoder works before the vectors of another are dropped."""
    vectors = encoder.encode(["Does it make vectors?"])
    check_vectors(encoder.fingerprint, vectors, 1, encoder.dimension)
