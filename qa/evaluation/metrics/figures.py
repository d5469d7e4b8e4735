"""The figures of a run: each with its interval, over all questions and over parts of them.

A *measure* is a function of some of a run's questions, given by their numbers (with repetitions), that returns a
figure, NaN where it has none. Whatever can be written so has an interval, a figure for each part of the
questions, and a test of its difference between two runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isnan
from typing import Any, Self

import numpy as np
import numpy.typing as npt

__all__ = ["Figure", "Figures", "Floats", "Integers", "Measure", "Measures", "Metrics", "finite", "mean_of"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Measure = Callable[[Integers], float]
"""A figure of the questions with these numbers, of shape ``(any number,)``."""
Measures = Mapping[str, Measure]
Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95% bootstrap interval, which a figure that is no estimate (a threshold, say) lacks.

    ``value`` is None where there is nothing to measure: the F1 of answerable questions without any, say.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of a run, as in ``metrics.json``.

    ``questions`` counts the lines: a question asked with three seeds counts three times. ``by_seed`` are the
    figures of each seed's questions. ``breakdown`` splits the questions by what they have in common
    (``question_word``, ...): for each part ``questions`` and a few figures.
    """

    mode: str
    questions: int
    figures: dict[str, Figure]
    by_seed: dict[str, Figures] = field(default_factory=dict)
    breakdown: dict[str, dict[str, Figures]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float | None:
        """Return the value of a figure."""
        return self.figures[name].value

    def values(self) -> dict[str, float | None]:
        """Return the figures without their intervals."""
        return {name: figure.value for name, figure in self.figures.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return what ``to_dict`` was made of."""
        return cls(**{**values, "figures": {name: Figure(**figure) for name, figure in values["figures"].items()}})


def mean_of(values: Sequence[float | bool | None], scale: float = 1.0) -> Measure:
    """Return a measure: the mean of a value that each question has, times ``scale``.

    Questions whose value is None do not count.
    """
    column = np.array([np.nan if value is None else float(value) for value in values])
    known = ~np.isnan(column)
    column = np.where(known, column, 0.0)

    def measure(chosen: Integers) -> float:
        count = int(known[chosen].sum())
        return scale * float(column[chosen].sum()) / count if count else float("nan")

    return measure


def finite(value: float | None) -> float | None:
    """Return a figure as it is written: None for NaN."""
    return None if value is None or isnan(value) else float(value)
