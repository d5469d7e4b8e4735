"""The reader: a transformer with a span head."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from qa.errors import SettingsError
from qa.reader.decoding import SpanTable, best_spans
from qa.reader.input_layout import InputLayout
from qa.reader.model import SpanModel, checksum, find_model
from qa.types import Reading

if TYPE_CHECKING:
    from qa.reader.scoring import Scorer

__all__ = ["ExtractiveReader"]

PAIRS_AT_ONCE = 256
IN_MEMORY = "memory:"
"""Begins the fingerprint of a model that is in no folder."""


class ExtractiveReader:
    """Reads with any model that ``AutoModelForQuestionAnswering`` loads and that has a fast tokenizer.

    :param model: a folder or a hub id; None for the bundled weights.
    :param dtype: ``float32``, ``int8``, or ``auto`` for int8 where it is faster and equally good.
    :param max_answer_tokens: the longest span.
    :param window_tokens: the longest input, question included, up to the model's own limit.
    :param stride_tokens: the overlap of two windows of a passage.
    :param batch_tokens: the most tokens in one forward pass.
    :param spans_per_passage: how many spans a reading holds at most.
    :raises SettingsError: if one of these is out of range. A model that cannot be used raises ModelError when it
        is first needed.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        dtype: str = "auto",
        max_answer_tokens: int = 30,
        window_tokens: int = 384,
        stride_tokens: int = 128,
        batch_tokens: int = 2048,
        spans_per_passage: int = 5,
    ) -> None:
        if dtype not in ("auto", "float32", "int8"):
            raise SettingsError(f"dtype must be auto, float32 or int8, not {dtype!r}")
        if min(max_answer_tokens, window_tokens, batch_tokens, spans_per_passage) < 1 or stride_tokens < 0:
            raise SettingsError("the reader's sizes must be at least 1, and stride_tokens at least 0")
        self._name = model
        self._dtype = dtype
        self._max_answer_tokens = max_answer_tokens
        self._window_tokens = window_tokens
        self._stride_tokens = stride_tokens
        self._batch_tokens = batch_tokens
        self._spans_per_passage = spans_per_passage
        self._lock = threading.Lock()
        self._loaded: tuple[InputLayout, Scorer] | None = None

    @classmethod
    def of(cls, model: SpanModel) -> ExtractiveReader:
        """Return a reader for a model in memory, such as one in training. Its weights may change."""
        from qa.reader.scoring import PaddedScorer

        reader = cls(dtype="float32")
        reader._loaded = model, PaddedScorer(model)
        reader.fingerprint = f"{IN_MEMORY}{uuid4().hex}"
        return reader

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the weights: another process loads them for itself."""
        if str(self.__dict__.get("fingerprint")).startswith(IN_MEMORY):
            raise TypeError("a reader whose model is only in memory cannot be pickled")
        return {**self.__dict__, "_lock": None, "_loaded": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())

    @cached_property
    def fingerprint(self) -> str:
        """Name and checksum of the model, as ``name:checksum``.

        :raises ModelError: if the model cannot be found.
        """
        folder = find_model(self._name)
        return f"{folder.name}:{checksum(folder)}"

    def warm_up(self) -> None:
        """Load the weights now.

        :raises ModelError: if the model cannot be found or used.
        """
        self._model()

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Return a reading of each passage, in order.

        :raises ModelError: if the model cannot be found or used.
        """
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> list[Reading]:
        """Return a reading of each (question, passage) pair, in order.

        :param progress: called with the number of pairs finished since the last call.

        :raises ModelError: if the model cannot be found or used.
        """
        readings: list[Reading] = []
        for first in range(0, len(pairs), PAIRS_AT_ONCE):
            some = pairs[first : first + PAIRS_AT_ONCE]
            readings += self._read(some)
            if progress:
                progress(len(some))
        return readings

    def _read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        layout, scorer = self._model()
        questions = layout.encode([question for question, _ in pairs])
        passages = layout.encode([passage for _, passage in pairs])
        tables = [SpanTable(len(passage.ids), self._max_answer_tokens) for passage in passages]
        windows = [
            window
            for number, (question, passage) in enumerate(zip(questions, passages, strict=True))
            for window in layout.windows(
                number, question.ids, passage.ids, self._window_tokens, self._stride_tokens
            )
        ]
        null = layout.template.null_index
        for window, (start, end) in scorer.logits(windows, self._batch_tokens):
            inside = slice(window.offset, window.offset + window.size)
            tables[window.pair].add(window.start, start[inside], end[inside], float(start[null] + end[null]))
        return [
            Reading(best_spans(table, passage.offsets, text, self._spans_per_passage), table.null_score)
            for table, passage, (_, text) in zip(tables, passages, pairs, strict=True)
        ]

    def _model(self) -> tuple[InputLayout, Scorer]:
        with self._lock:
            if self._loaded is None:
                from embeddings.inference.quantization import wants_int8
                from qa.reader.scoring import load_scorer

                self._loaded = load_scorer(find_model(self._name), wants_int8(self._dtype))
            return self._loaded
