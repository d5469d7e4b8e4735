"""Runs side by side: each figure over the questions in common, and whether its differences could be chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from qa.errors import DataError
from qa.evaluation.metrics.figures import Figure, Integers, Measure, Measures, finite
from qa.evaluation.metrics.significance import Questions, figures_with_intervals, holm, permutation_test
from qa.evaluation.modes.confidence import ConfidenceMode
from qa.evaluation.modes.open import OpenMode
from qa.evaluation.modes.reader import ReaderMode
from qa.evaluation.modes.retrieval import RetrievalMode
from qa.evaluation.predictions import Prediction
from qa.evaluation.run import Run

__all__ = ["ComparedFigure", "Comparison", "Difference", "compare", "in_common"]

MEASURES: dict[str, Callable[[Sequence[Prediction]], Measures]] = {
    mode.name: mode.measures for mode in (ReaderMode, RetrievalMode, OpenMode, ConfidenceMode)
}


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a run's figure lies above the first run's, with its 95% interval (paired bootstrap over questions).

    ``p`` is the p-value of the paired permutation test, ``p_corrected`` the same by Holm's method for all the
    figures of the comparison. All are None where one of the two has no figure.
    """

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    p_corrected: float | None = None


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure of each run, in their order, and the differences of the second and later ones from the first."""

    values: tuple[Figure, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of one mode, over the ``questions`` lines that all of them have.

    ``left_out`` counts for each run the lines that another one lacks. ``changes`` says for the second and later
    runs what is other than in the first. ``tested`` is the number of figures that the p-values are corrected for:
    of those that are the same in all runs (EM and HasAns EM where all questions have an answer), one counts.
    """

    mode: str
    runs: tuple[str, ...]
    questions: int
    figures: dict[str, ComparedFigure]
    left_out: tuple[int, ...] = ()
    changes: tuple[tuple[str, ...], ...] = ()
    tested: int = 0

    def distinct(self) -> dict[str, ComparedFigure]:
        """Return the figures that there are, the first of those that are the same in all runs."""
        first = {figure: name for name, figure in reversed(self.figures.items())}
        return {
            name: figure
            for name, figure in self.figures.items()
            if first[figure] == name and any(one.value is not None for one in figure.values)
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def compare(runs: Sequence[Run]) -> Comparison:
    """Compare runs with the first of them, over the questions that all of them asked.

    A question is the same when its seed, its id and its words are.

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
    columns = in_common(runs)
    first = columns[0]
    questions = Questions([line["id"] for line in first])
    everything = np.arange(len(first))
    values = [figures_with_intervals(MEASURES[mode](lines), questions, everything) for lines in columns]
    differences = [_differences(mode, first, lines, questions) for lines in columns[1:]]
    figures, tested = _corrected(
        {
            name: ComparedFigure(tuple(one[name] for one in values), tuple(one[name] for one in differences))
            for name in values[0]
            if all(name in one for one in values) and all(name in one for one in differences)
        }
    )
    return Comparison(
        mode=mode,
        runs=_names(runs),
        questions=len(first),
        figures=figures,
        left_out=tuple(len(run.predictions) - len(first) for run in runs),
        changes=tuple(tuple(runs[0].info.differences(run.info)) for run in runs[1:]),
        tested=tested,
    )


def in_common(runs: Sequence[Run]) -> list[list[Prediction]]:
    """Return for each run its lines of the questions that all of them asked, all in the same order.

    :raises DataError: when there are none.
    """
    by_key = [{(line["seed"], line["id"], line["question"]): line for line in run.predictions} for run in runs]
    keys = [one for one in by_key[0] if all(one in lines for lines in by_key[1:])]
    if not keys:
        seeds = "; ".join(f"{run.name}: {', '.join(map(str, run.info.seeds))}" for run in runs)
        raise DataError(
            f"the runs have no question in common that was asked with the same seed ({seeds}): give all of them "
            "the same data, --limit and --seed"
        )
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


def _corrected(figures: Mapping[str, ComparedFigure]) -> tuple[dict[str, ComparedFigure], int]:
    """Return the figures with their p-values corrected for the distinct ones of them, and how many these are."""
    distinct = dict.fromkeys(figures.values())
    tests = [(figure, i) for figure in distinct for i, one in enumerate(figure.differences) if one.p is not None]
    corrected = dict(zip(tests, holm([figure.differences[i].p or 0.0 for figure, i in tests]), strict=True))

    def of(figure: ComparedFigure) -> ComparedFigure:
        found = (replace(one, p_corrected=corrected.get((figure, i))) for i, one in enumerate(figure.differences))
        return replace(figure, differences=tuple(found))

    return {name: of(figure) for name, figure in figures.items()}, len(tests)


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
