"""Runs side by side: each figure over the questions in common, and whether its differences could be chance."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qa.errors import DataError
from qa.evaluation.figures import Figure, Integers, Measure, Measures, finite
from qa.evaluation.modes.confidence import ConfidenceMode
from qa.evaluation.modes.open import OpenMode
from qa.evaluation.modes.reader import ReaderMode
from qa.evaluation.modes.retrieval import RetrievalMode
from qa.evaluation.predictions import Prediction
from qa.evaluation.runs import Run
from qa.evaluation.significance import Questions, figures_with_intervals, permutation_test

__all__ = ["ComparedFigure", "Comparison", "Difference", "compare"]

MEASURES: dict[str, Callable[[Sequence[Prediction]], Measures]] = {
    mode.name: mode.measures for mode in (ReaderMode, RetrievalMode, OpenMode, ConfidenceMode)
}


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a run's figure lies above the first run's, with its 95% interval (paired bootstrap over questions).

    ``p`` is the p-value of the paired permutation test, not corrected for the number of figures looked at. All
    are None where one of the two has no figure.
    """

    value: float | None
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure of each run, in their order, and the differences of the second and later ones from the first."""

    values: tuple[Figure, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of one mode, over the ``questions`` lines that all of them have."""

    mode: str
    runs: tuple[str, ...]
    questions: int
    figures: dict[str, ComparedFigure]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def compare(runs: Sequence[Run]) -> Comparison:
    """Compare runs with the first of them, over the questions that all of them asked.

    A question is the same when its id and its words are; where articles are left out by the seed, the seed must be
    the same, too.

    :raises DataError: when there are fewer than two, they are of different modes, or have no question in common.
    """
    if len(runs) < 2:
        raise DataError("give at least two runs to compare")
    if len({run.info.mode for run in runs}) > 1:
        modes = ", ".join(f"{run.name} ({run.info.mode})" for run in runs)
        raise DataError(f"runs of different modes cannot be compared: {modes}")
    mode = runs[0].info.mode
    if mode not in MEASURES:
        raise DataError(f"the mode {mode!r} is not known to this version")
    columns = _in_common(runs)
    first = columns[0]
    questions = Questions([line["id"] for line in first])
    everything = np.arange(len(first))
    values = [figures_with_intervals(MEASURES[mode](lines), questions, everything) for lines in columns]
    differences = [_differences(mode, first, lines, questions) for lines in columns[1:]]
    figures = {
        name: ComparedFigure(tuple(one[name] for one in values), tuple(one[name] for one in differences))
        for name in values[0]
        if all(name in one for one in values) and all(name in one for one in differences)
    }
    return Comparison(mode, _names(runs), len(first), figures)


def _in_common(runs: Sequence[Run]) -> list[list[Prediction]]:
    """Return for each run its lines of the questions in common, all in the same order."""
    seeded = any(run.info.settings.get("leave_out") for run in runs)

    def key(line: Prediction) -> Hashable:
        return (line["id"], line["question"], line["seed"] if seeded else None)

    by_key: list[dict[Hashable, Prediction]] = []
    for run in runs:
        lines: dict[Hashable, Prediction] = {}
        for line in run.predictions:
            lines.setdefault(key(line), line)
        by_key.append(lines)
    keys = [one for one in by_key[0] if all(one in lines for lines in by_key[1:])]
    if not keys:
        raise DataError("the runs have no question in common, so there is nothing to compare")
    return [[lines[one] for one in keys] for lines in by_key]


def _differences(
    mode: str, ours: Sequence[Prediction], theirs: Sequence[Prediction], questions: Questions
) -> dict[str, Difference]:
    count = len(ours)
    measures = MEASURES[mode]([*ours, *theirs])
    pairs = Questions([(side, line["id"]) for side, lines in enumerate((ours, theirs)) for line in lines])
    p_values = permutation_test(measures, pairs)
    paired = {name: _difference(measure, count) for name, measure in measures.items()}
    found = figures_with_intervals(paired, questions, np.arange(count))
    return {
        name: Difference(figure.value, figure.low, figure.high, finite(p_values[name]))
        for name, figure in found.items()
    }


def _difference(measure: Measure, count: int) -> Measure:
    """Return the measure of the second run's lines less that of the first's, given the first's."""

    def difference(chosen: Integers) -> float:
        return measure(chosen + count) - measure(chosen)

    return difference


def _names(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the runs' names, told apart by a number where folders have the same one."""
    names: list[str] = []
    for run in runs:
        same = sum(name == run.name or name.startswith(f"{run.name} (") for name in names)
        names.append(f"{run.name} ({same + 1})" if same else run.name)
    return tuple(names)
