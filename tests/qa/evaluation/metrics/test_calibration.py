from itertools import permutations, product
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import DataError
from qa.evaluation.metrics.calibration import (
    aurc,
    auroc,
    brier,
    confidence_metrics,
    coverage_at_accuracy,
    ece,
    ece_floor,
    macro_ce,
    risk_coverage,
    threshold_at_accuracy,
)

CONFIDENCE = [0.9, 0.8, 0.6, 0.3]
CORRECT = [True, True, False, True]
outcomes = st.lists(st.tuples(st.integers(0, 8).map(lambda i: i / 8), st.booleans()), min_size=1, max_size=30)
few = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.booleans()), min_size=1, max_size=6)


def columns(run: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [confidence for confidence, _ in run], [correct for _, correct in run]


def test_figures_by_hand() -> None:
    metrics = confidence_metrics(CONFIDENCE, CORRECT)
    # one answer a bin: the gaps are .1, .2, .6, .7
    assert metrics.ece == pytest.approx(0.4)
    assert metrics.macro_ce == pytest.approx(((0.1 + 0.2 + 0.7) / 3 + 0.6) / 2)
    assert metrics.brier == pytest.approx((0.01 + 0.04 + 0.36 + 0.49) / 4)
    assert metrics.auroc == pytest.approx(2 / 3)
    # risks 0, 0, 1/3, 1/4
    assert metrics.aurc == pytest.approx((1 / 3 + 1 / 4) / 4)
    assert (metrics.coverage_at_80, metrics.coverage_at_90, metrics.coverage_at_95) == (0.5, 0.5, 0.5)
    assert coverage_at_accuracy(CONFIDENCE, CORRECT, 0.75) == 1
    assert coverage_at_accuracy([0.9, 0.1], [False, False], 0.5) == 0


def test_ece_bins_answers_of_like_confidence() -> None:
    # (0, .5]: mean .35, accuracy .5; (.5, 1]: mean .75, accuracy 1
    assert ece([0.2, 0.5, 0.6, 0.9], [False, True, True, True], bins=2) == pytest.approx((0.15 + 0.25) / 2)
    assert ece([0.0, 1.0], [False, True]) == 0


def test_the_floor_of_the_ece_is_what_chance_alone_gives() -> None:
    assert ece_floor([0.0, 1.0]) == 0
    assert ece_floor([0.5]) == 0.5
    # the mean distance of the share of heads from a half, over n throws: sqrt(1 / (2 pi n))
    assert ece_floor([0.5] * 1000, draws=2000) == pytest.approx((2 * np.pi * 1000) ** -0.5, rel=0.1)
    assert ece_floor([0.3, 0.7], seed=1) == ece_floor([0.3, 0.7], seed=1)


def test_macro_ce_weighs_right_and_wrong_answers_alike() -> None:
    assert macro_ce([0.75] * 4, [True, True, True, False]) == 0.5  # where the ECE is 0
    assert macro_ce([1.0, 1.0, 0.0], [True, True, False]) == 0
    assert macro_ce([0.2, 0.9], [True, True]) is None
    assert macro_ce([0.2, 0.9], [False, False]) is None


def test_auroc_needs_right_and_wrong_answers() -> None:
    assert auroc([0.2, 0.9], [True, True]) is None
    assert auroc([0.2, 0.9], [False, False]) is None
    assert auroc([0.5, 0.5], [True, False]) == 0.5


@pytest.mark.parametrize("arguments", [([], []), ([0.5], [True, False]), ([[0.5]], [[True]])])
def test_lists_that_do_not_fit_are_refused(arguments: tuple[list[float], list[bool]]) -> None:
    with pytest.raises(DataError, match="same length"):
        brier(*arguments)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_confidences_out_of_range_are_refused(confidence: float) -> None:
    with pytest.raises(DataError, match="between 0 and 1"):
        ece([confidence], [True])


@given(outcomes)
@settings(max_examples=50)
def test_auroc_compares_all_pairs(run: list[tuple[float, bool]]) -> None:
    right = [confidence for confidence, correct in run if correct]
    wrong = [confidence for confidence, correct in run if not correct]
    pairs = [(one > other) + (one == other) / 2 for one, other in product(right, wrong)]
    assert auroc(*columns(run)) == (pytest.approx(np.mean(pairs)) if pairs else None)


@given(outcomes)
@settings(max_examples=50)
def test_ece_and_brier_go_over_all_answers(run: list[tuple[float, bool]]) -> None:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, correct in run:
        bins.setdefault(max(1, ceil(confidence * 10)), []).append((confidence, correct))
    gaps = [
        len(bin_) * abs(np.mean([c for _, c in bin_]) - np.mean([c for c, _ in bin_])) for bin_ in bins.values()
    ]
    assert ece(*columns(run), bins=10) == pytest.approx(sum(gaps) / len(run))
    assert brier(*columns(run)) == pytest.approx(
        np.mean([(confidence - correct) ** 2 for confidence, correct in run])
    )


@given(few)
@settings(max_examples=50)
def test_risk_is_what_is_expected_over_all_orders_of_equals(run: list[tuple[float, bool]]) -> None:
    orders = [
        order for order in permutations(run) if [c for c, _ in order] == sorted((c for c, _ in run), reverse=True)
    ]
    risks = [
        [np.mean([not correct for _, correct in order[:n]]) for n in range(1, len(run) + 1)] for order in orders
    ]
    coverage, risk = risk_coverage(*columns(run))
    assert coverage == pytest.approx(np.arange(1, len(run) + 1) / len(run))
    assert risk == pytest.approx(np.mean(risks, axis=0))
    assert aurc(*columns(run)) == pytest.approx(np.mean(risks))


@given(outcomes, st.integers(1, 10).map(lambda i: i / 10))
@settings(max_examples=50)
def test_coverage_is_the_best_of_all_thresholds(run: list[tuple[float, bool]], accuracy: float) -> None:
    covered = ([correct for one, correct in run if one >= threshold] for threshold, _ in run)
    sizes = [len(answers) for answers in covered if sum(answers) >= accuracy * len(answers) - 1e-9]
    assert coverage_at_accuracy(*columns(run), accuracy) == max(sizes, default=0) / len(run)


@given(outcomes, st.integers(1, 10).map(lambda i: i / 10))
@settings(max_examples=50)
def test_no_lower_threshold_is_as_accurate(run: list[tuple[float, bool]], accuracy: float) -> None:
    found = threshold_at_accuracy(*columns(run), accuracy)
    for threshold in {one for one, _ in run}:
        covered = [correct for one, correct in run if one >= threshold]
        enough = sum(covered) >= accuracy * len(covered) - 1e-9
        assert not (enough and threshold < found)
        assert enough or threshold != found
