import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qa.evaluation.metrics.figures import Integers, mean_measure
from qa.evaluation.metrics.significance import (
    Questions,
    bootstrap,
    figures_with_intervals,
    holm,
    interval,
    permutation_test,
)

values = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def everything(count: int) -> Integers:
    return np.arange(count)


def test_a_question_is_drawn_with_all_of_its_lines() -> None:
    questions = Questions(["a", "b", "a", "c", "b", "a"])
    assert len(questions) == 3
    assert questions.lines(np.array([1, 0, 1])).tolist() == [1, 4, 0, 2, 5, 1, 4]
    assert questions.lines(np.array([], dtype=np.int64)).tolist() == []


def test_a_mean_counts_what_is_known() -> None:
    measure = mean_measure([1, None, False, 0.5], 100)
    assert measure(everything(4)) == 50
    assert measure(np.array([0, 0, 2])) == pytest.approx(200 / 3)
    assert math.isnan(measure(np.array([1])))


def test_the_interval_is_that_of_scipy() -> None:
    sample = np.random.default_rng(3).random(80)
    ours = figures_with_intervals({"mean": mean_measure(sample.tolist())}, Questions(range(80)), everything(80))[
        "mean"
    ]
    theirs = stats.bootstrap((sample,), np.mean, method="percentile", n_resamples=9999, rng=1).confidence_interval
    assert ours.value == pytest.approx(sample.mean())
    assert (ours.low, ours.high) == (pytest.approx(theirs.low, abs=0.01), pytest.approx(theirs.high, abs=0.01))


def test_lines_of_one_question_are_no_independent_evidence() -> None:
    once = [0.0, 1.0] * 20
    thrice = once * 3
    one = figures_with_intervals({"m": mean_measure(once)}, Questions(range(40)), everything(40))["m"]
    three = figures_with_intervals(
        {"m": mean_measure(thrice)}, Questions([i % 40 for i in range(120)]), everything(120)
    )["m"]
    assert (three.low, three.high) == (one.low, one.high)


@given(values)
@settings(max_examples=25)
def test_the_interval_holds_the_estimate(sample: list[float]) -> None:
    count = len(sample)
    measures = {"mean": mean_measure(sample), "highest": lambda chosen: max(sample[i] for i in chosen)}
    drawn = bootstrap(measures, Questions(range(count)), resamples=30)
    for name, measure in measures.items():
        estimate = measure(everything(count))
        low, high = interval(estimate, drawn[name])
        assert low <= estimate <= high


def test_a_figure_that_is_nowhere_known_has_no_interval() -> None:
    figure = figures_with_intervals({"mean": mean_measure([None, None])}, Questions([0, 1]), everything(2))["mean"]
    assert (figure.value, figure.low, figure.high) == (None, None, None)
    assert interval(0.5, np.array([np.nan])) == (0.5, 0.5)


def test_the_same_seed_gives_the_same_samples() -> None:
    measures = {"mean": mean_measure([0.0, 0.5, 1.0])}
    one, other = (bootstrap(measures, Questions(range(3)), 20, seed=7)["mean"] for _ in range(2))
    assert one.tolist() == other.tolist()
    assert bootstrap(measures, Questions(range(3)), 20, seed=8)["mean"].tolist() != one.tolist()


def p_value(ours: list[float], theirs: list[float], permutations: int = 1000) -> float:
    count = len(ours)
    pairs = Questions([("ours", i) for i in range(count)] + [("theirs", i) for i in range(count)])
    return permutation_test({"mean": mean_measure(ours + theirs)}, pairs, permutations)["mean"]


def test_the_p_value_is_that_of_scipy() -> None:
    random = np.random.default_rng(5)
    ours = random.random(12).round(2).tolist()
    theirs = (np.array(ours) - 0.1 + 0.3 * random.random(12)).tolist()
    exact = stats.permutation_test(
        (np.array(ours), np.array(theirs)),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    ).pvalue
    assert p_value(ours, theirs) == pytest.approx(exact, abs=0.03)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
@settings(max_examples=10)
def test_the_test_is_symmetric(pairs: list[tuple[float, float]]) -> None:
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    assert p_value(ours, theirs, 99) == p_value(theirs, ours, 99)
    assert 0 < p_value(ours, theirs, 99) <= 1


def test_equal_runs_do_not_differ_and_opposite_ones_do() -> None:
    assert p_value([0.5, 1.0, 0.0], [0.5, 1.0, 0.0]) == 1
    assert p_value([1.0] * 20, [0.0] * 20) < 0.01


def test_a_figure_that_does_not_differ_is_soon_known() -> None:
    made = 0

    def never(chosen: Integers) -> float:
        nonlocal made
        made += 1
        return 0.0

    pairs = Questions([(side, i) for side in range(2) for i in range(4)])
    assert permutation_test({"never": never}, pairs, 5000) == {"never": 1}
    assert made < 200


def test_holms_correction_by_hand() -> None:
    assert holm([]) == []
    # sorted: .01 x 4, .02 x 3, .03 x 2, no less than the one before, .9 x 1
    assert holm([0.03, 0.01, 0.9, 0.02]) == pytest.approx([0.06, 0.04, 0.9, 0.06])
    assert holm([0.5, 0.6]) == [1, 1]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_corrected_p_value_is_no_smaller_and_keeps_the_order(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(p <= one <= 1 for p, one in zip(p_values, corrected, strict=True))
    ranked = [corrected[i] for i in sorted(range(len(p_values)), key=p_values.__getitem__)]
    assert ranked == sorted(ranked)
    assert corrected[p_values.index(min(p_values))] == pytest.approx(min(1, min(p_values) * len(p_values)))
