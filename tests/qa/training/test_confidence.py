from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from qa.answers import find_answers
from qa.confidence import ConfidenceModel
from qa.evaluation import Example
from qa.evaluation.calibration import confidence_metrics
from qa.evaluation.squad import is_correct
from qa.training import confidence as training
from qa.training.confidence import Trial, collect, fit_calibrator, fit_ranker
from qa.types import Passage, Reading, RetrievedPassage, Span

TEXT = "Lumen lies by the sea and Karst in the hills."


def made_trial(seed: int) -> Trial:
    """Two spans of which the one with the better margin is mostly right; every other question has no answer."""
    random_ = random.Random(seed)
    right, wrong = (random_.gauss(mean, 2) for mean in (4, 0))
    spans = (Span(0, 5, right), Span(26, 31, wrong))
    found = RetrievedPassage(Passage("a", 0, len(TEXT)), 1, TEXT, "", 0.5, random_.random(), 1.0, random_.random())
    answerable = seed % 2 == 0
    reading = Reading(spans, 0.0 if answerable else 6.0)
    return Trial("Which town lies by the sea?", [found], [reading], ("Lumen",) if answerable else (), "made")


def test_the_fitted_model_ranks_and_judges() -> None:
    trials = [made_trial(seed) for seed in range(400)]
    ranker = fit_ranker(trials)
    assert ranker["margin"] > 0
    model = fit_calibrator(trials, ranker)
    confidences, correct = [], []
    for trial in (made_trial(seed) for seed in range(1000, 1400)):
        best = find_answers(trial.question, trial.passages, trial.readings, model)[0]
        confidences.append(best.confidence)
        correct.append(bool(trial.golds) and is_correct(best.candidates[0].text, trial.golds))
    metrics = confidence_metrics(confidences, correct)
    assert metrics.ece < 0.1
    assert metrics.auroc is not None
    assert metrics.auroc > 0.85


def test_each_question_is_asked_with_and_without_its_answer() -> None:
    examples = [
        Example("1", "Who rebuilt Lumen?", "Anna Berg rebuilt Lumen.", "Lumen", ("Anna Berg",)),
        Example("2", "What does Karst sell?", "Karst sells marble.", "Karst", ("marble",)),
    ]
    trials = list(collect(examples, "towns", seed=0))
    assert len(trials) == 3 * len(examples)
    for trial in trials:
        holds = any(gold in found.text for found in trial.passages for gold in trial.golds)
        assert holds == bool(trial.golds)
    assert {bool(trial.golds) for trial in trials} == {True, False}


def test_the_command_writes_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "towns.jsonl"
    data.write_text(json.dumps({"id": "1", "question": "Who?", "context": "Anna.", "answers": []}), "utf-8")
    output = tmp_path / "confidence.json"
    monkeypatch.setattr(training, "collect", lambda *_: [made_trial(seed) for seed in range(50)])
    monkeypatch.setattr("sys.argv", ["confidence", str(data), "--output", str(output)])
    training.main()
    assert ConfidenceModel.load(output).ranker["margin"] > 0
