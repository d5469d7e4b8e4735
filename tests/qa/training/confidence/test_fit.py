from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qa.answering.confidence import ConfidenceModel
from qa.errors import DataError
from qa.evaluation.metrics.calibration import confidence_metrics
from qa.training.confidence.crossvalidation import score_trial
from qa.training.confidence.fit import CALIBRATOR, RANKER, calibration_data, fit, fit_calibrator, fit_ranker
from tests.qa.training.making import made_trials


def test_the_fitted_model_ranks_and_judges() -> None:
    trials = made_trials(400)
    ranker = fit_ranker(trials)
    assert ranker["margin"] > 0
    model = fit_calibrator(trials, ranker)
    outcomes = [score_trial(trial, model) for trial in made_trials(400, first=1000)]
    metrics = confidence_metrics([one.confidence for one in outcomes], [one.correct for one in outcomes])
    assert metrics.ece < 0.1
    assert metrics.auroc is not None
    assert metrics.auroc > 0.85


def test_a_fitted_model_survives_its_file(tmp_path: Path) -> None:
    model = fit(made_trials(100))
    assert (tuple(model.ranker), tuple(model.calibrator)) == (RANKER, CALIBRATOR)
    model.save(tmp_path / "c.json")
    assert json.loads((tmp_path / "c.json").read_text("utf-8"))["intercept"] == model.intercept
    assert type(model).load(tmp_path / "c.json") == model


def test_a_model_carries_the_fingerprint_of_the_one_reader_of_its_trials() -> None:
    trials = [replace(trial, reader="mine:1") for trial in made_trials(100)]
    assert fit(trials).fingerprint == "mine:1"
    assert fit(made_trials(100)).fingerprint == ""
    with pytest.raises(DataError, match="several readers"):
        fit([*trials, *made_trials(100)])


def test_domains_and_ways_weigh_the_same_however_many_questions_they_have() -> None:
    trials = made_trials(30, "one") + made_trials(120, "other")
    _, correct, weights = calibration_data(trials, ConfidenceModel(dict.fromkeys(RANKER, 0.0), {}, 0.0))
    owners = [(trial.domain, trial.way) for trial in trials for _ in range(2)]  # each has two answers
    sums: dict[tuple[str, str], float] = {}
    for owner, weight in zip(owners, weights, strict=True):
        sums[owner] = sums.get(owner, 0.0) + weight
    assert len(sums) == 6
    assert list(sums.values()) == pytest.approx([len(correct) / 6] * 6)


@pytest.mark.parametrize("seeds", [range(1, 40, 2), range(0)])
def test_trials_without_a_right_answer_are_refused(seeds: range) -> None:
    trials = [trial for trial in made_trials(40) if not trial.golds] if seeds else []
    with pytest.raises(DataError, match="collect more trials"):
        fit(trials)
    with pytest.raises(DataError, match="collect more trials"):
        fit_calibrator(trials, dict.fromkeys(RANKER, 1.0))
