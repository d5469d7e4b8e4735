"""Evaluates the confidence on each domain after fitting it to all other domains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qa.answering.answers import find_answers
from qa.answering.confidence import ConfidenceModel
from qa.errors import DataError
from qa.evaluation.metrics.calibration import (
    ConfidenceMetrics,
    confidence_metrics,
    ece_floor,
    threshold_at_accuracy,
)
from qa.training.confidence.fit import fit
from qa.training.confidence.trials import Trial, Way

__all__ = [
    "Figures",
    "Outcome",
    "Threshold",
    "cross_validate",
    "figures",
    "list_domains",
    "score_trial",
    "thresholds",
]

ACCURACY = 0.8


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best answer of a trial: whether it is right, and its two scores, 0 to 1 (0 without an answer).

    ``answerable`` says whether the library held the article with the answer.
    """

    domain: str
    way: Way
    answerable: bool
    correct: bool
    confidence: float
    softmax: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some outcomes, 0 to 1, for the confidence and for the softmax score of the same answers.

    ``ece_floor`` is the ECE that chance alone would give a perfectly calibrated confidence. The answerable
    coverages are the share of answerable questions that get an answer if the threshold is such that 80% of all
    answers are right; None if no question is answerable.
    """

    n: int
    accuracy: float
    confidence: ConfidenceMetrics
    softmax: ConfidenceMetrics
    ece_floor: float
    answerable_coverage: float | None
    softmax_answerable_coverage: float | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """The effect of a minimum confidence, all values 0 to 1.

    ``answered`` is the share of questions that get an answer, and ``accuracy`` the share of right answers among
    those, or None if there are none.
    """

    min_confidence: float
    answered: float
    accuracy: float | None


def list_domains(trials: Iterable[Trial]) -> list[str]:
    """Return the names of the domains, in order of first appearance."""
    return list(dict.fromkeys(trial.domain for trial in trials))


def cross_validate(trials: Sequence[Trial], progress: Callable[[int], object] | None = None) -> list[Outcome]:
    """Return the outcomes of each domain, from a model fitted to all other domains.

    :param progress: is called with 1 after each domain.
    :raises DataError: if there are fewer than two domains.
    """
    domains = list_domains(trials)
    if len(domains) < 2:
        raise DataError("cross-validation needs at least two domains; name more files")
    outcomes: list[Outcome] = []
    for domain in domains:
        model = fit([trial for trial in trials if trial.domain != domain])
        outcomes += [score_trial(trial, model) for trial in trials if trial.domain == domain]
        if progress:
            progress(1)
    return outcomes


def score_trial(trial: Trial, model: ConfidenceModel) -> Outcome:
    """Return the outcome of a trial with a model."""
    groups = find_answers(trial.question, trial.passages, trial.readings, model)
    best = groups[0] if groups else None
    return Outcome(
        domain=trial.domain,
        way=trial.way,
        answerable=bool(trial.golds),
        correct=best is not None and trial.is_right(best.candidates[0].text),
        confidence=best.confidence if best else 0.0,
        softmax=best.features["softmax"] if best else 0.0,
    )


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the figures of outcomes, of which there must be at least one."""
    correct = [outcome.correct for outcome in outcomes]
    confidence = [outcome.confidence for outcome in outcomes]
    softmax = [outcome.softmax for outcome in outcomes]
    return Figures(
        n=len(outcomes),
        accuracy=sum(correct) / len(correct),
        confidence=confidence_metrics(confidence, correct),
        softmax=confidence_metrics(softmax, correct),
        ece_floor=ece_floor(confidence),
        answerable_coverage=_answerable_coverage(outcomes, confidence),
        softmax_answerable_coverage=_answerable_coverage(outcomes, softmax),
    )


def thresholds(outcomes: Sequence[Outcome], levels: Iterable[float]) -> list[Threshold]:
    """Return the effect of each minimum confidence; there must be at least one outcome."""
    rows = []
    for level in levels:
        answered = [outcome for outcome in outcomes if outcome.confidence >= level]
        rows.append(
            Threshold(
                min_confidence=level,
                answered=len(answered) / len(outcomes),
                accuracy=sum(outcome.correct for outcome in answered) / len(answered) if answered else None,
            )
        )
    return rows


def _answerable_coverage(outcomes: Sequence[Outcome], scores: Sequence[float]) -> float | None:
    threshold = threshold_at_accuracy(scores, [outcome.correct for outcome in outcomes], ACCURACY)
    answerable = np.array([outcome.answerable for outcome in outcomes])
    return float(np.mean(np.asarray(scores)[answerable] >= threshold)) if answerable.any() else None
