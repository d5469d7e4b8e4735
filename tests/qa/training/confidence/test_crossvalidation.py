from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.confidence import ConfidenceModel
from qa.errors import DataError
from qa.training.confidence import crossvalidation
from qa.training.confidence.crossvalidation import Outcome, cross_validate, figures, score_trial, thresholds
from qa.training.confidence.trials import Trial
from tests.qa.training.making import made_trial, made_trials

MODEL = ConfidenceModel({"margin": 1.0}, {"rank": 1.0}, 0.0)
outcomes_ = st.lists(
    st.builds(
        Outcome, st.just("d"), st.just("half"), st.booleans(), st.booleans(), st.floats(0, 1), st.floats(0, 1)
    ),
    min_size=1,
)


def test_no_domain_is_judged_by_a_model_that_was_fitted_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[set[str]] = []

    def spy(trials: list[Trial]) -> ConfidenceModel:
        fitted.append({trial.domain for trial in trials})
        return MODEL

    monkeypatch.setattr(crossvalidation, "fit", spy)
    trials = made_trials(4, "a") + made_trials(4, "b") + made_trials(4, "c")
    done: list[int] = []
    outcomes = cross_validate(trials, done.append)
    assert fitted == [{"b", "c"}, {"a", "c"}, {"a", "b"}]
    assert [outcome.domain for outcome in outcomes] == [trial.domain for trial in trials]
    assert len(done) == 3


def test_one_domain_is_too_few() -> None:
    with pytest.raises(DataError, match="at least two"):
        cross_validate(made_trials(10))


def test_an_outcome_is_that_of_the_best_answer() -> None:
    trial = made_trial(0)
    right, wrong = trial.readings[0].spans
    assert right.score > wrong.score
    outcome = score_trial(trial, MODEL)
    assert (outcome.domain, outcome.way, outcome.answerable, outcome.correct) == ("made", trial.way, True, True)
    assert outcome.confidence == pytest.approx(1 / (1 + math.exp(-right.score)))
    total = math.exp(right.score) + math.exp(wrong.score) + 1
    assert outcome.softmax == pytest.approx(math.exp(right.score) / total)


def test_without_an_answer_both_scores_are_zero() -> None:
    outcome = score_trial(Trial("?", (), (), ("x",), "d", "half"), MODEL)
    assert (outcome.correct, outcome.confidence, outcome.softmax) == (False, 0, 0)


def test_figures_by_hand() -> None:
    outcomes = [
        Outcome("d", "half", True, True, 0.9, 0.5),
        Outcome("d", "half", True, True, 0.8, 0.7),
        Outcome("d", "half", False, False, 0.4, 0.6),
        Outcome("d", "half", True, False, 0.2, 0.9),
    ]
    row = figures(outcomes)
    assert (row.n, row.accuracy) == (4, 0.5)
    assert (row.confidence.coverage_at_80, row.answerable_coverage) == (0.5, pytest.approx(2 / 3))
    assert (row.softmax.coverage_at_80, row.softmax_answerable_coverage) == (0, 0)
    assert figures(outcomes[2:3]).answerable_coverage is None
    levels = [(one.answered, one.accuracy) for one in thresholds(outcomes, (0.1, 0.5, 0.95))]
    assert levels == [(1, 0.5), (0.5, 1), (0, None)]


@given(outcomes_)
def test_higher_thresholds_answer_less(outcomes: list[Outcome]) -> None:
    answered = [row.answered for row in thresholds(outcomes, (0.0, 0.3, 0.6, 1.0))]
    assert answered[0] == 1
    assert answered == sorted(answered, reverse=True)
