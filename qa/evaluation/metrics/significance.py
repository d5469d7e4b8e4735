"""How much a figure varies with the choice of questions, and whether two runs differ by more than that.

The sampling unit is the question. One that was asked with several seeds is drawn with all of its lines, because
they are not independent.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import isnan
from typing import NamedTuple

import numpy as np

from qa.evaluation.metrics.figures import Figure, Floats, Integers, Measures, none_if_nan

__all__ = ["Interval", "Questions", "bootstrap", "figures_with_intervals", "holm", "interval", "permutation_test"]

RESAMPLES = 1000
PERMUTATIONS = 5000  # enough for a small p-value even after correction for fifty figures
ENOUGH = 50
LEVEL = 0.95


class Interval(NamedTuple):
    """The ends of an interval."""

    low: float
    high: float


class Questions:
    """The lines of a run, grouped by question.

    :param keys: a key for the question of each line.
    """

    def __init__(self, keys: Sequence[Hashable]) -> None:
        numbers: dict[Hashable, int] = {}
        question = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
        self._rows: Integers = np.argsort(question, kind="stable")
        self._sizes = np.bincount(question, minlength=len(numbers)).astype(np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def __len__(self) -> int:
        return len(self._sizes)

    def lines(self, questions: Integers) -> Integers:
        """Return the indices of the lines of some questions, given by index, possibly repeated."""
        sizes = self._sizes[questions]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        lines: Integers = self._rows[np.repeat(self._starts[questions], sizes) + within]
        return lines


def bootstrap(
    measures: Measures, questions: Questions, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Floats]:
    """Return the values of each measure on samples of the questions, drawn with replacement (Efron 1979).

    All measures see the same samples.

    :return: for each measure, values of shape ``(resamples,)``; NaN where a sample has no figure.
    """
    random = np.random.default_rng(seed)
    values = {name: np.empty(resamples) for name in measures}
    for number in range(resamples):
        drawn = questions.lines(random.integers(0, len(questions), len(questions)))
        for name, measure in measures.items():
            values[name][number] = measure(drawn)
    return values


def interval(estimate: float, values: Floats, level: float = LEVEL) -> Interval:
    """Return the percentile interval of bootstrap values, widened to include the estimate.

    The values of a biased figure may all be on one side of it: samples drawn with replacement tend to have a
    larger ECE than the questions they were drawn from.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(estimate, estimate)
    tail = 50 * (1 - level)
    low, high = np.percentile(known, [tail, 100 - tail])
    return Interval(min(float(low), estimate), max(float(high), estimate))


def figures_with_intervals(
    measures: Measures, questions: Questions, lines: Integers, seed: int = 0
) -> dict[str, Figure]:
    """Return each measure over ``lines``, the lines of all questions, with its 95% interval."""
    estimates = {name: measure(lines) for name, measure in measures.items()}
    known = {name: measure for name, measure in measures.items() if not isnan(estimates[name])}
    samples = bootstrap(known, questions, seed=seed)
    return {
        name: Figure(estimate, *interval(estimate, samples[name]))
        if name in known
        else Figure(none_if_nan(estimate))
        for name, estimate in estimates.items()
    }


def permutation_test(
    measures: Measures, pairs: Questions, permutations: int = PERMUTATIONS, seed: int = 0
) -> Mapping[str, float]:
    """Return the p-value of each figure's difference between two runs over the same questions.

    Under the null hypothesis it does not matter which run made which of a question's two predictions, so they are
    exchanged at random. p is the share of exchanges with at least as large a difference, counting the observed one
    (Noreen 1989; Phipson and Smyth 2010), or NaN if one of the runs has no figure. Once fifty exchanges have as
    large a difference, p is their share of the exchanges so far (Besag and Clifford 1991), so figures that do not
    differ take little time.

    :param pairs: the lines of both runs: the questions of the first, then the same questions of the second in the
        same order.
    """
    random = np.random.default_rng(seed)
    half = len(pairs) // 2
    first = np.arange(half)

    def differences(exchanged: Integers, names: Iterable[str]) -> dict[str, float]:
        ours, theirs = pairs.lines(first + half * exchanged), pairs.lines(first + half * (1 - exchanged))
        return {name: abs(measures[name](ours) - measures[name](theirs)) for name in names}

    observed = differences(np.zeros(half, dtype=np.int64), measures)
    p_values = dict.fromkeys(measures, float("nan"))
    extreme = {name: 0 for name, difference in observed.items() if not isnan(difference)}
    for exchanges in range(1, permutations + 1):
        if not extreme:
            break
        for name, difference in differences(random.integers(0, 2, half), list(extreme)).items():
            # equal up to rounding counts as extreme, and so does NaN
            extreme[name] += not difference < observed[name] - 1e-12
            if extreme[name] == ENOUGH:
                p_values[name] = ENOUGH / exchanges
                del extreme[name]
    return p_values | {name: (count + 1) / (permutations + 1) for name, count in extreme.items()}


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values corrected for their number, in the same order.

    If every hypothesis whose corrected p-value is below a level is rejected, the probability of any false
    rejection is below that level, whatever the dependence between the figures (Holm 1979).
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(stepped, 1)
    return [float(value) for value in corrected]
