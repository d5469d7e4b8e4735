"""The readers that a question can ask for, each with its confidence model."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from qa.answering.confidence import Confidence, ConfidenceModel, SoftmaxConfidence
from qa.errors import SettingsError
from qa.reader import CachingReader, ExtractiveReader, Reader
from qa.reader.base import checksum_of
from qa.reader.model import checksum, find_model, weight_files
from qa.reader.specialist import Specialist
from qa.settings import Settings

__all__ = ["ReaderWithConfidence", "Readers", "build_reader", "build_readers", "with_cache"]

logger = logging.getLogger(__name__)

CONFIDENCE = "confidence.json"


class ReaderWithConfidence:
    """A reader with its confidence model. Both load on first use.

    A confidence model holds only for the reader that it was fitted to. It is taken from the folder of the reader
    or, for the bundled weights, from the package. A reader without one gets its plain softmax score as confidence.

    :param model: where the reader's weights are, as in ``Settings.reader``.
    :param dtype: what its specialist computes in, as in ``Settings.reader_dtype``.
    """

    def __init__(self, reader: Reader, model: str | Path = "", dtype: str = "auto") -> None:
        self.reader = reader
        self.is_loaded = False
        self._model = model
        self._dtype = dtype

    def warm_up(self) -> None:
        """Load the reader and its confidence model now.

        :raises ModelError: if the model cannot be found or used.
        """
        self.reader.warm_up()
        _ = self.confidence
        self.is_loaded = True

    @property
    def is_calibrated(self) -> bool:
        """Whether a confidence model was fitted to this very reader.

        :raises ModelError: if the model cannot be found, or its confidence model is damaged.
        """
        return isinstance(self.confidence, ConfidenceModel)

    @cached_property
    def confidence(self) -> Confidence:
        """The confidence model that was fitted to the reader, or the softmax score if there is none.

        :raises ModelError: if the model cannot be found, or its confidence model is damaged.
        """
        folder = find_model(self._model)
        fingerprint = self.reader.fingerprint
        bundled = ConfidenceModel.load()
        own = ConfidenceModel.load(folder / CONFIDENCE) if (folder / CONFIDENCE).is_file() else bundled
        is_copy = own == replace(bundled, fingerprint="")
        if not own.fingerprint and not is_copy and checksum(folder) == checksum_of(fingerprint):
            logger.warning(
                "%s does not say which reader it was fitted to, which is taken to be the one in its folder; "
                "fit it again with `quotewell train confidence`",
                folder / CONFIDENCE,
            )
            return own
        fitted = (model for model in (own, bundled) if model.is_fitted_to(fingerprint))
        return next(fitted, SoftmaxConfidence())

    @cached_property
    def specialist(self) -> Specialist | None:
        """The specialist that was trained on this very reader, which only the bundled one has.

        :raises ModelError: if the reader or the specialist cannot be found.
        """
        specialist = Specialist(dtype=self._dtype)
        return specialist if specialist.is_for(self.reader.fingerprint) else None


class Readers:
    """The default reader, and those that a question can ask for by name."""

    def __init__(self, default: ReaderWithConfidence, named: Mapping[str, ReaderWithConfidence]) -> None:
        self.default = default
        self.named = dict(named)

    def choose(self, name: str) -> ReaderWithConfidence:
        """Return the reader with that name; the default one for "".

        :raises SettingsError: if there is no reader with that name.
        """
        if not name:
            return self.default
        if name not in self.named:
            names = f"ask for {' or '.join(sorted(self.named))}, or " if self.named else ""
            raise SettingsError(f"there is no reader {name!r}; {names}leave it out for the default one")
        return self.named[name]


def build_reader(settings: Settings, model: str = "") -> Reader:
    """Return a reader with the settings' sizes and dtype; its weights load on first use.

    :param model: a folder or a hub id; the reader of the settings by default.
    """
    return ExtractiveReader(
        model or settings.reader or None,
        dtype=settings.reader_dtype,
        max_answer_tokens=settings.max_answer_tokens,
        window_tokens=settings.window_tokens,
        stride_tokens=settings.stride_tokens,
        batch_tokens=settings.batch_tokens,
    )


def with_cache(reader: Reader, settings: Settings) -> Reader:
    """Return the reader with a cache for the readings of ``settings.cache_size`` questions, if it has none yet."""
    readings = settings.cache_size * settings.passages
    return CachingReader(reader, readings) if readings and not isinstance(reader, CachingReader) else reader


def build_readers(settings: Settings) -> dict[str, ReaderWithConfidence]:
    """Return the additional readers of the settings, by name: the last part of the folder or hub id.

    :raises ModelError: if there is no such model.
    :raises SettingsError: if two of them have the same name.
    """
    readers: dict[str, ReaderWithConfidence] = {}
    for model in settings.readers:
        folder = Path(model).expanduser()
        name = folder.resolve().name if folder.is_dir() else folder.name
        if name in readers:
            raise SettingsError(f"two readers are called {name!r}: rename the folder of one of them")
        weight_files(find_model(model))
        readers[name] = ReaderWithConfidence(
            with_cache(build_reader(settings, model), settings), model, settings.reader_dtype
        )
    return readers
