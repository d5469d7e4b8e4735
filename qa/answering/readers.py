"""The readers that a question may ask for, each with the confidence model that was fitted to it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from qa.answering.confidence import ConfidenceModel
from qa.errors import SettingsError
from qa.reader import CachingReader, ExtractiveReader, Reader
from qa.reader.model import find_model, weight_files
from qa.settings import Settings

__all__ = ["FittedReader", "reader_of", "readers_of", "remembering"]

CONFIDENCE = "confidence.json"


class FittedReader:
    """A reader with its confidence model. Both load on first use.

    :param model: where the reader's weights are, as in ``Settings.reader``; its confidence model is looked for
        beside them.
    """

    def __init__(self, reader: Reader, model: str | Path = "") -> None:
        self.reader = reader
        self.is_loaded = False
        self._model = model

    def warm_up(self) -> None:
        """Load all of it now.

        :raises ModelError: when the model cannot be found or used.
        """
        self.reader.warm_up()
        _ = self.confidence
        self.is_loaded = True

    @property
    def is_fitted(self) -> bool:
        """Whether a confidence model was fitted to this very reader; if not, percentages are rough guesses."""
        return not self._model or self._fitted.is_file()

    @cached_property
    def confidence(self) -> ConfidenceModel:
        """The ranker and calibrator that were fitted to the reader, or those of the bundled one.

        :raises ModelError: when they are damaged.
        """
        return ConfidenceModel.load(self._fitted) if self._model and self.is_fitted else ConfidenceModel.load()

    @cached_property
    def _fitted(self) -> Path:
        return find_model(self._model) / CONFIDENCE


def reader_of(settings: Settings, model: str = "") -> Reader:
    """Return the reader that the settings ask for, or a model read as they say; its weights load on first use."""
    return ExtractiveReader(
        model or settings.reader or None,
        dtype=settings.reader_dtype,
        max_answer_tokens=settings.max_answer_tokens,
        window_tokens=settings.window_tokens,
        stride_tokens=settings.stride_tokens,
        batch_tokens=settings.batch_tokens,
    )


def remembering(reader: Reader, settings: Settings) -> Reader:
    """Return the reader so that it remembers the readings of as many questions as the settings say."""
    readings = settings.cache_size * settings.passages
    return CachingReader(reader, readings) if readings else reader


def readers_of(settings: Settings) -> dict[str, FittedReader]:
    """Return the further readers of the settings, by name: the last part of the folder or hub id.

    :raises ModelError: when there is no such model.
    :raises SettingsError: when two of them have one name.
    """
    readers: dict[str, FittedReader] = {}
    for model in settings.readers:
        folder = Path(model).expanduser()
        name = folder.resolve().name if folder.is_dir() else folder.name
        if name in readers:
            raise SettingsError(f"two readers are called {name!r}: rename the folder of one of them")
        weight_files(find_model(model))
        readers[name] = FittedReader(remembering(reader_of(settings, model), settings), model)
    return readers
