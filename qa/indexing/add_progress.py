"""The progress of an add in its two stages: the texts are written, then their passages are embedded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qa.types import AddProgress, EmbeddingState

__all__ = ["OnProgress", "StagedProgress"]

OnProgress = Callable[[AddProgress], None]


class StagedProgress:
    """Reports both stages to one function."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._report = on_progress or (lambda _: None)
        self._last = AddProgress(0, 0, 0, 0)

    def texts(self, progress: AddProgress) -> None:
        """Report how far the texts are."""
        self._last = progress
        self._report(progress)

    def vectors(self, state: EmbeddingState) -> None:
        """Report how far the embedding is, once the texts are written."""
        self._report(replace(self._last, embedding=state))
