"""Looking after a library on disk, without asking it anything."""

from __future__ import annotations

from pathlib import Path

from embeddings.encoder import EncoderError, SentenceEncoder
from qa.assistant import library_folder
from qa.errors import ModelError
from qa.library.base import HealthReport
from qa.library.sqlite import SqliteLibrary
from qa.settings import Settings

__all__ = ["check"]


def check(library: str | Path, settings: Settings, *, rebuild: bool = False) -> HealthReport:
    """Check a library against itself, whichever encoder it was built with.

    :param rebuild: embed all passages anew with the encoder of the settings first.
    :raises LibraryError: when there is no such library.
    :raises ModelError: when the encoder cannot be loaded.
    """
    store = SqliteLibrary.open(library_folder(library, settings), encoder=None, create=False)
    try:
        if rebuild:
            encoder = SentenceEncoder(settings.encoder)
            store.reembed(encoder.fingerprint, encoder.dimension, encoder.encode)
        return store.doctor()
    except EncoderError as error:
        raise ModelError(str(error)) from error
    finally:
        store.close()
