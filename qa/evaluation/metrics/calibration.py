"""Metrics of a confidence: calibration error, ranking of right above wrong answers, risk against coverage.

``confidence`` and ``correct`` always have the shape ``(questions,)``: confidences from 0 to 1, and whether each
answer is right. No threshold can separate questions of equal confidence, so no figure depends on their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.errors import DataError

__all__ = [
    "ConfidenceMetrics",
    "aurc",
    "auroc",
    "brier",
    "confidence_metrics",
    "coverage_at_accuracy",
    "ece",
    "ece_floor",
    "macro_ce",
    "risk_coverage",
    "threshold_at_accuracy",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConfidenceMetrics:
    """The metrics of a run's confidences, all from 0 to 1.

    ``macro_ce`` and ``auroc`` are None if all answers are right or all wrong; ``coverage_at_80`` is the coverage
    at 80% accuracy.
    """

    ece: float
    macro_ce: float | None
    brier: float
    auroc: float | None
    aurc: float
    coverage_at_80: float
    coverage_at_90: float
    coverage_at_95: float


def confidence_metrics(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> ConfidenceMetrics:
    """Return all metrics at once.

    :raises DataError: if there are no questions, or a confidence is not between 0 and 1.
    """
    return ConfidenceMetrics(
        ece=ece(confidence, correct),
        macro_ce=macro_ce(confidence, correct),
        brier=brier(confidence, correct),
        auroc=auroc(confidence, correct),
        aurc=aurc(confidence, correct),
        coverage_at_80=coverage_at_accuracy(confidence, correct, 0.8),
        coverage_at_90=coverage_at_accuracy(confidence, correct, 0.9),
        coverage_at_95=coverage_at_accuracy(confidence, correct, 0.95),
    )


def ece(confidence: npt.ArrayLike, correct: npt.ArrayLike, bins: int = 15) -> float:
    """Return the expected calibration error: sum over bins of ``n_b / n * |accuracy_b - mean confidence_b|``.

    The bins have equal width; each excludes its lower and includes its upper bound (Guo et al. 2017, arXiv
    1706.04599, equation 3).
    """
    confidences, rights = _arrays(confidence, correct)
    number = np.clip(np.ceil(confidences * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(number, weights=rights - confidences, minlength=bins)
    return float(np.abs(gaps).sum() / len(rights))


def ece_floor(confidence: npt.ArrayLike, draws: int = 200, seed: int = 0) -> float:
    """Return the mean ECE that these confidences would have if each were exactly the probability of being right.

    With few answers the ECE is large by chance alone. This estimates that chance from ``draws`` random outcomes.
    """
    confidences, _ = _arrays(confidence, np.zeros(np.shape(confidence)))
    random = np.random.default_rng(seed)
    return float(np.mean([ece(confidences, random.random(len(confidences)) < confidences) for _ in range(draws)]))


def macro_ce(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float | None:
    """Return the mean of ``1 - confidence`` over the right answers and of ``confidence`` over the wrong, averaged.

    MacroCE: the instance-level error ``|outcome - confidence|``, macro-averaged over the two outcomes (Si et al.
    2022, arXiv 2205.12507). A constant confidence has 0.5, however low its ECE. None if all answers are right or
    all wrong.
    """
    confidences, rights = _arrays(confidence, correct)
    right = rights == 1
    if right.all() or not right.any():
        return None
    return float((np.mean(1 - confidences[right]) + np.mean(confidences[~right])) / 2)


def brier(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float:
    """Return the mean squared difference of confidence and outcome (Brier 1950, for two classes)."""
    confidences, rights = _arrays(confidence, correct)
    return float(np.mean((confidences - rights) ** 2))


def auroc(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float | None:
    """Return the probability that a right answer is surer than a wrong one, a tie counting half.

    It is the Mann-Whitney U, from the rank sum (Hanley and McNeil 1982). None if all answers are right or all
    wrong.
    """
    confidences, rights = _arrays(confidence, correct)
    _, group, size = np.unique(confidences, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(size) - (size - 1) / 2)[group]
    right = int(rights.sum())
    wrong = len(rights) - right
    if not right or not wrong:
        return None
    above = ranks[rights == 1].sum() - right * (right + 1) / 2
    return float(above / (right * wrong))


def risk_coverage(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return coverages, and the share of wrong answers among those covered, surest first; each of shape ``(n,)``.

    (El-Yaniv and Wiener 2010.) Within a group of equal confidence the risk is that expected of a random order.
    """
    confidences, rights = _arrays(confidence, correct)
    _, group, size = np.unique(-confidences, return_inverse=True, return_counts=True)
    wrong = np.bincount(group, weights=1 - rights) / size
    counts = np.arange(1, len(rights) + 1)
    return counts / len(rights), np.cumsum(np.repeat(wrong, size)) / counts


def aurc(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float:
    """Return the area under the risk-coverage curve: its mean risk (Geifman et al. 2019, arXiv 1805.08206)."""
    return float(np.mean(risk_coverage(confidence, correct)[1]))


def coverage_at_accuracy(confidence: npt.ArrayLike, correct: npt.ArrayLike, accuracy: float) -> float:
    """Return the largest coverage of any threshold with at least this accuracy among the answers.

    (Kamath et al. 2020, arXiv 2006.09462.) 0 if no threshold reaches the accuracy.
    """
    confidences, _ = _arrays(confidence, correct)
    return float(np.mean(confidences >= threshold_at_accuracy(confidence, correct, accuracy)))


def threshold_at_accuracy(confidence: npt.ArrayLike, correct: npt.ArrayLike, accuracy: float) -> float:
    """Return the lowest threshold with at least this accuracy among the answers, or infinity if there is none.

    The accuracy counts all answers at or above the threshold; some higher thresholds may have a lower one.
    """
    confidences, rights = _arrays(confidence, correct)
    values, group, size = np.unique(-confidences, return_inverse=True, return_counts=True)
    right = np.cumsum(np.bincount(group, weights=rights))
    enough = -values[right >= accuracy * np.cumsum(size) - 1e-9]
    return float(enough[-1]) if len(enough) else float("inf")


def _arrays(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> tuple[Floats, Floats]:
    confidences, rights = np.asarray(confidence, dtype=np.float64), np.asarray(correct, dtype=np.float64)
    if confidences.ndim != 1 or confidences.shape != rights.shape or not len(rights):
        raise DataError("confidences and outcomes must be two non-empty lists of the same length")
    if not np.all((confidences >= 0) & (confidences <= 1)):
        raise DataError("every confidence must be between 0 and 1")
    return confidences, rights
