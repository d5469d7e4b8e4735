"""How good the confidence is on a domain that it was not fitted on: fitted to all others, and judged on it."""

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
    """The best answer of a trial: whether it is right, and its two scores, 0 to 1; without an answer both are 0.

    ``answerable`` says whether the article that holds the answer was in the library.
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

    ``ece_floor`` is the ECE that chance alone would give a confidence that is never wrong about itself.

    The answerable coverages are the share of answerable questions that are answered when the threshold is set so
    that 80% of all that is answered is right; None when no question is answerable.
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
    """What answering from a confidence on gives, all 0 to 1.

    ``answered`` is the share of the questions, ``accuracy`` the share of right answers among those, None without
    any.
    """

    min_confidence: float
    answered: float
    accuracy: float | None


def list_domains(trials: Iterable[Trial]) -> list[str]:
    """Return the names of the domains, in the order in which they first come."""
    return list(dict.fromkeys(trial.domain for trial in trials))


def cross_validate(trials: Sequence[Trial], progress: Callable[[int], object] | None = None) -> list[Outcome]:
    """Judge each domain by a model that is fitted to all others; ``progress`` gets 1 after each domain.

    :raises DataError: when there are fewer than two domains.
    """
    domains = list_domains(trials)
    if len(domains) < 2:
        raise DataError(
            "to score_trial on a domain that was not fitted on, there must be at least two; name more files"
        )
    outcomes: list[Outcome] = []
    for domain in domains:
        model = fit([trial for trial in trials if trial.domain != domain])
        outcomes += [score_trial(trial, model) for trial in trials if trial.domain == domain]
        if progress:
            progress(1)
    return outcomes


def score_trial(trial: Trial, model: ConfidenceModel) -> Outcome:
    """Return what the model makes of a trial."""
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
    """Return the figures of the outcomes; there must be some."""
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
    """Return what each minimum confidence means in coverage and accuracy; there must be outcomes."""
    rows = []
    for level in levels:
        given = [outcome for outcome in outcomes if outcome.confidence >= level]
        rows.append(
            Threshold(
                min_confidence=level,
                answered=len(given) / len(outcomes),
                accuracy=sum(outcome.correct for outcome in given) / len(given) if given else None,
            )
        )
    return rows


def _answerable_coverage(outcomes: Sequence[Outcome], scores: Sequence[float]) -> float | None:
    threshold = threshold_at_accuracy(scores, [outcome.correct for outcome in outcomes], ACCURACY)
    answerable = np.array([outcome.answerable for outcome in outcomes])
    return float(np.mean(np.asarray(scores)[answerable] >= threshold)) if answerable.any() else None
