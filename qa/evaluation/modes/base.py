"""The Mode protocol: how questions become predictions, and predictions figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from qa.errors import DataError
from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.figures import Figure, Measures
from qa.evaluation.predictions import Prediction

__all__ = ["CHUNK", "Mode", "check_answers", "chunks"]

T = TypeVar("T")

CHUNK = 64
"""How many questions are worked on together: what a stopped run loses at most."""


class Mode(Protocol):
    """Something that can be measured of a data set."""

    @property
    def name(self) -> str:
        """Return the name of the command."""
        ...

    @property
    def data(self) -> Dataset:
        """Return the questions that it asks."""
        ...

    @property
    def seeded(self) -> bool:
        """Whether a seed changes more than which questions are drawn."""
        ...

    @property
    def breakdown(self) -> Sequence[str]:
        """Return the figures that are given for each part of the questions."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return all that its predictions depend on but the data and the models, as plain values."""
        ...

    @property
    def models(self) -> Mapping[str, str]:
        """Return the fingerprints of the ``reader`` and the ``encoder`` that it uses."""
        ...

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Ask the questions; yield their lines as they come, some at a time, in the questions' order."""
        ...

    def measures(self, lines: Sequence[Prediction]) -> Measures:
        """Return the figures of a run's lines that are estimates, each to be taken of any of the lines."""
        ...

    def extras(self, lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the figures that are no estimates (thresholds, latencies) or whose value is to be exact.

        They take the place of those of ``measures`` with the same name, which keep their intervals.
        """
        ...


def check_answers(data: Dataset) -> None:
    """Refuse data that only says where answers stand.

    :raises DataError: when the data holds no answers.
    """
    if not data.answers:
        raise DataError(f"{data.name} holds no answers: it serves `evaluate retrieval` alone")


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Yield the items, ``size`` at a time."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
