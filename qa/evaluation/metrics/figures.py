"""The figures of a run, each with its interval, over all of its questions and over parts of them.

A *measure* is a function from the indices of some of a run's lines, possibly repeated, to a figure, or NaN if
there is none. Anything written as a measure gets an interval, a breakdown by parts of the questions, and a test of
the difference between two runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isnan
from typing import Any, Self

import numpy as np
import numpy.typing as npt

__all__ = [
    "Figure",
    "Figures",
    "Floats",
    "Integers",
    "Measure",
    "Measures",
    "Metrics",
    "mean_measure",
    "none_if_nan",
    "p50_p95",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Measure = Callable[[Integers], float]
"""Returns a figure of the lines with these indices, an array of shape ``(chosen,)``."""
Measures = Mapping[str, Measure]
Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95% bootstrap interval, which figures that are not estimates (a threshold, say) lack.

    ``value`` is None if there is nothing to measure: the F1 of answerable questions if there are none, say.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of a run, as stored in ``metrics.json``.

    ``questions`` counts lines: a question asked with three seeds counts three times. ``by_seed`` has the figures
    of each seed. ``breakdown`` has for each kind of breakdown (``question_word``, ...) its parts, with the number
    of ``questions`` and a few figures of each.
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
        """Return the metrics that ``to_dict`` converted."""
        return cls(**{**values, "figures": {name: Figure(**figure) for name, figure in values["figures"].items()}})


def mean_measure(values: Sequence[float | bool | None], scale: float = 1.0) -> Measure:
    """Return a measure: the mean over the lines of their values, times ``scale``.

    Lines whose value is None do not count.
    """
    column = np.array([np.nan if value is None else float(value) for value in values])
    known = ~np.isnan(column)
    column = np.where(known, column, 0.0)

    def measure(chosen: Integers) -> float:
        count = int(known[chosen].sum())
        return scale * float(column[chosen].sum()) / count if count else float("nan")

    return measure


def none_if_nan(value: float | None) -> float | None:
    """Return a figure, or None for NaN."""
    return None if value is None or isnan(value) else float(value)


def p50_p95(times: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile of times, in their unit, or zeros if there are none."""
    if not times:
        return 0.0, 0.0
    p50, p95 = np.percentile(times, (50, 95))
    return float(p50), float(p95)
