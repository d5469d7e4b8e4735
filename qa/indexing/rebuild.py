"""The health of a library: checked, and its vectors rebuilt, without asking it anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embeddings.encoder import EncoderError, SentenceEncoder
from qa.errors import ModelError
from qa.indexing.embedder import OnEmbedded, embed_pending
from qa.library import library_address, open_library
from qa.library.base import HealthReport
from qa.settings import Settings

__all__ = ["check_health"]


def check_health(
    address: str | Path, settings: Settings, *, rebuild: bool = False, on_progress: OnEmbedded = lambda _: None
) -> HealthReport:
    """Check a library against itself, whichever encoder it was built with.

    :param address: the library's name, path or address.
    :param rebuild: first embed all passages again, with the encoder of the settings. If that is interrupted, the
        remaining passages are pending, as new ones are.
    :param on_progress: called with the library's state as its passages are embedded.
    :raises LibraryError: if there is no such library.
    :raises ModelError: if the encoder cannot be loaded.
    """
    library = open_library(library_address(address, settings, must_exist=True), encoder=None, create=False)
    try:
        if rebuild:
            encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
            _try(encoder)
            library.renew_vectors(encoder.fingerprint, encoder.dimension)
            embed_pending(library, encoder, on_progress)
        return library.doctor()
    except EncoderError as error:
        raise ModelError(str(error)) from error
    finally:
        library.close()


def _try(encoder: SentenceEncoder) -> None:
    """Check that the encoder works before another's vectors are dropped."""
    vectors = encoder.encode(["Does it return vectors?"])
    if vectors.shape != (1, encoder.dimension) or not np.isfinite(vectors).all():
        raise EncoderError(f"{encoder.fingerprint} returns no usable vectors; check the encoder's files")
