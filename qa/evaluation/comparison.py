"""Compares runs: each figure over the questions in common, and whether its differences could be chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from qa.errors import DataError
from qa.evaluation.metrics.figures import Figure, Integers, Measure, Measures, none_if_nan
from qa.evaluation.metrics.significance import Questions, figures_with_intervals, holm, permutation_test
from qa.evaluation.modes.confidence import ConfidenceMode
from qa.evaluation.modes.open import OpenMode
from qa.evaluation.modes.reader import ReaderMode
from qa.evaluation.modes.retrieval import RetrievalMode
from qa.evaluation.predictions import Prediction
from qa.evaluation.run import Run

__all__ = ["ComparedFigure", "Comparison", "Difference", "common_predictions", "compare"]

MEASURES: dict[str, Callable[[Sequence[Prediction]], Measures]] = {
    mode.name: mode.measures for mode in (ReaderMode, RetrievalMode, OpenMode, ConfidenceMode)
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A run's figure minus the first run's, with its 95% interval (paired bootstrap over questions).

    ``p`` is the p-value of the paired permutation test, and ``p_corrected`` the same corrected by Holm's method
    for all figures of the comparison. All are None if one of the two runs lacks the figure.
    """

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    p_corrected: float | None = None


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure of each run, in order, and the difference of each later run from the first."""

    values: tuple[Figure, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of one mode, over the ``questions`` lines that all of them have.

    ``left_out`` counts the lines of each run that another run lacks. ``changes`` says what differs between each
    later run and the first. ``tested`` is the number of figures that the p-values are corrected for: figures with
    identical values in every run (EM and HasAns EM if all questions have an answer) count once.
    """

    mode: str
    runs: tuple[str, ...]
    questions: int
    figures: dict[str, ComparedFigure]
    left_out: tuple[int, ...] = ()
    changes: tuple[tuple[str, ...], ...] = ()
    tested: int = 0

    def distinct(self) -> dict[str, ComparedFigure]:
        """Return the figures that have a value, only the first of those with identical values in every run."""
        first = {figure: name for name, figure in reversed(self.figures.items())}
        return {
            name: figure
            for name, figure in self.figures.items()
            if first[figure] == name and any(value.value is not None for value in figure.values)
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def compare(runs: Sequence[Run], progress: Callable[[int], object] | None = None) -> Comparison:
    """Compare runs with the first of them, over the questions that all of them asked.

    Two questions are the same if their seed, id and text are.

    :param progress: is called with 1 after each step, of which there are ``2 * len(runs) - 1``.
    :raises DataError: if there are fewer than two runs, their modes differ, or they have no question in common.
    """
    if len(runs) < 2:
        raise DataError("a comparison needs at least two runs")
    if len({run.info.mode for run in runs}) > 1:
        modes = ", ".join(f"{run.name} ({run.info.mode})" for run in runs)
        raise DataError(f"runs of different modes cannot be compared: {modes}")
    mode = runs[0].info.mode
    if mode not in MEASURES:
        raise DataError(f"this version does not know the mode {mode!r}")
    columns = common_predictions(runs)
    first = columns[0]
    questions = Questions([line["id"] for line in first])
    everything = np.arange(len(first))
    advance = progress or (lambda _: None)
    values: list[dict[str, Figure]] = []
    differences: list[dict[str, Difference]] = []
    for lines in columns:
        values.append(figures_with_intervals(MEASURES[mode](lines), questions, everything))
        advance(1)
    for lines in columns[1:]:
        differences.append(_differences(mode, first, lines, questions))
        advance(1)
    shared = [
        name
        for name in values[0]
        if all(name in run for run in values) and all(name in run for run in differences)
    ]
    figures, tested = _correct_p_values(
        {
            name: ComparedFigure(tuple(run[name] for run in values), tuple(run[name] for run in differences))
            for name in shared
        }
    )
    return Comparison(
        mode=mode,
        runs=_unique_names(runs),
        questions=len(first),
        figures=figures,
        left_out=tuple(len(run.predictions) - len(first) for run in runs),
        changes=tuple(tuple(runs[0].info.differences(run.info)) for run in runs[1:]),
        tested=tested,
    )


def common_predictions(runs: Sequence[Run]) -> list[list[Prediction]]:
    """Return each run's lines of the questions that all runs asked, in the same order.

    :raises DataError: if there are none.
    """
    by_key = [{(line["seed"], line["id"], line["question"]): line for line in run.predictions} for run in runs]
    keys = [key for key in by_key[0] if all(key in lines for lines in by_key[1:])]
    if not keys:
        seeds = "; ".join(f"{run.name}: {', '.join(map(str, run.info.seeds))}" for run in runs)
        raise DataError(
            f"the runs have no question in common that was asked with the same seed ({seeds}): "
            "use the same data, --limit and --seed for all of them"
        )
    return [[lines[key] for key in keys] for lines in by_key]


def _differences(
    mode: str, ours: Sequence[Prediction], theirs: Sequence[Prediction], questions: Questions
) -> dict[str, Difference]:
    count = len(ours)
    measures = MEASURES[mode]([*ours, *theirs])
    pairs = Questions([(side, line["id"]) for side, lines in enumerate((ours, theirs)) for line in lines])
    p_values = permutation_test(measures, pairs)
    paired = {name: _difference(measure, count) for name, measure in measures.items()}
    figures = figures_with_intervals(paired, questions, np.arange(count))
    return {
        name: Difference(figure.value, figure.low, figure.high, none_if_nan(p_values[name]))
        for name, figure in figures.items()
    }


def _correct_p_values(figures: Mapping[str, ComparedFigure]) -> tuple[dict[str, ComparedFigure], int]:
    """Return the figures with corrected p-values, and the number of distinct figures that were tested."""
    distinct = dict.fromkeys(figures.values())
    tests = [
        (figure, i)
        for figure in distinct
        for i, difference in enumerate(figure.differences)
        if difference.p is not None
    ]
    corrected = dict(zip(tests, holm([figure.differences[i].p or 0.0 for figure, i in tests]), strict=True))

    def correct(figure: ComparedFigure) -> ComparedFigure:
        differences = (
            replace(difference, p_corrected=corrected.get((figure, i)))
            for i, difference in enumerate(figure.differences)
        )
        return replace(figure, differences=tuple(differences))

    return {name: correct(figure) for name, figure in figures.items()}, len(tests)


def _difference(measure: Measure, count: int) -> Measure:
    """Return the measure of the second run minus that of the first, as a function of the first run's lines."""

    def difference(chosen: Integers) -> float:
        return measure(chosen + count) - measure(chosen)

    return difference


def _unique_names(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the runs' names, with a number after a name that several folders share."""
    names: list[str] = []
    for run in runs:
        same = sum(name == run.name or name.startswith(f"{run.name} (") for name in names)
        names.append(f"{run.name} ({same + 1})" if same else run.name)
    return tuple(names)
