"""The Mode protocol: from questions to predictions, and from predictions to figures."""

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
"""Questions processed together: the most that a stopped run loses."""


class Mode(Protocol):
    """A way of measuring on a data set."""

    @property
    def name(self) -> str:
        """Return the name of the mode, which is also the name of its command."""
        ...

    @property
    def data(self) -> Dataset:
        """Return the data that it asks the questions of."""
        ...

    @property
    def seeded(self) -> bool:
        """Whether a seed changes more than the choice of questions."""
        ...

    @property
    def breakdown(self) -> Sequence[str]:
        """Return the names of the figures that are computed for each part of the questions."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return what its predictions depend on, apart from the data and the models, as plain values."""
        ...

    @property
    def models(self) -> Mapping[str, str]:
        """Return the fingerprints of the ``reader`` and the ``encoder`` that it uses."""
        ...

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Ask the questions; yield their lines in order, a few at a time."""
        ...

    def measures(self, lines: Sequence[Prediction]) -> Measures:
        """Return the measures of a run's lines, which can be computed over any part of them."""
        ...

    def extras(self, lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the figures that are not estimates (thresholds, latencies), or whose value must be exact.

        They replace the values of ``measures`` with the same name, but not their intervals.
        """
        ...


def check_answers(data: Dataset) -> None:
    """Refuse data that only names the relevant articles.

    :raises DataError: if the data contains no answers.
    """
    if not data.answers:
        raise DataError(f"{data.name} contains no answers, so it only works with `evaluate retrieval`")


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Yield the items, ``size`` at a time."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
