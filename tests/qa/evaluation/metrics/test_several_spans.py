from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.metrics.several_spans import exact_scores, overlap_scores

GOLD = [[["penis"], ["testicles"]], [["Vela", "the port of Vela"]]]


def test_exact_scores_count_over_all_questions() -> None:
    scores = exact_scores([["Penis", "the testicles", "organs"], []], GOLD)

    assert scores.precision == pytest.approx(100 * 2 / 4)  # no span counts as an empty one
    assert scores.recall == pytest.approx(100 * 2 / 3)
    assert scores.f1 == pytest.approx(100 * 4 / 7)


def test_overlap_scores_count_the_longest_common_run() -> None:
    scores = overlap_scores([["male testicles"]], [[["testicles"], ["penis"]]])

    assert scores.precision == pytest.approx(100 * 9 / 14)
    assert scores.recall == pytest.approx(100 * (9 / 9 + 1 / 5) / 2)


def test_any_accepted_text_of_a_span_counts() -> None:
    assert exact_scores([["the port of Vela"]], [GOLD[1]]).f1 == 100
    assert overlap_scores([["the port of Vela"]], [GOLD[1]]).f1 == 100


def test_no_questions_score_nothing() -> None:
    assert exact_scores([], []).f1 == 0


spans = st.lists(st.text("bc d", min_size=1, max_size=6).filter(str.strip), max_size=4)


@given(st.lists(st.tuples(spans, spans), min_size=1, max_size=4))
def test_overlap_is_never_below_exact_match(pairs: list[tuple[list[str], list[str]]]) -> None:
    predictions = [predicted for predicted, _ in pairs]
    golds = [[[text] for text in gold] for _, gold in pairs]
    exact, overlap = exact_scores(predictions, golds), overlap_scores(predictions, golds)

    assert exact.recall <= overlap.recall + 1e-6
    assert exact.precision <= overlap.precision + 1e-6
    assert overlap.f1 <= 100 + 1e-6
