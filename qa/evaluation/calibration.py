"""How far a confidence can be trusted: calibration error, ranking of right above wrong, risk against coverage.

Everywhere ``confidence`` and ``correct`` are of shape ``(questions,)``: confidences from 0 to 1, and whether
each answer is right. Questions of equal confidence cannot be told apart by a threshold, so no figure depends
on their order.
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
    "risk_coverage",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConfidenceMetrics:
    """The figures of a run's confidences, all 0 to 1; ``auroc`` is None when all are right or all wrong."""

    ece: float
    brier: float
    auroc: float | None
    aurc: float
    coverage_at_80: float


def confidence_metrics(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> ConfidenceMetrics:
    """Return all the figures at once; ``coverage_at_80`` is the coverage at 80% accuracy.

    :raises DataError: when there are no questions, or a confidence does not lie between 0 and 1.
    """
    return ConfidenceMetrics(
        ece=ece(confidence, correct),
        brier=brier(confidence, correct),
        auroc=auroc(confidence, correct),
        aurc=aurc(confidence, correct),
        coverage_at_80=coverage_at_accuracy(confidence, correct, 0.8),
    )


def ece(confidence: npt.ArrayLike, correct: npt.ArrayLike, bins: int = 15) -> float:
    """Return the expected calibration error: sum over bins of ``n_b / n * |accuracy_b - mean confidence_b|``.

    The bins are of equal width, open below and closed above (Guo et al. 2017, arXiv 1706.04599, equation 3).
    """
    confidences, rights = _arrays(confidence, correct)
    number = np.clip(np.ceil(confidences * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(number, weights=rights - confidences, minlength=bins)
    return float(np.abs(gaps).sum() / len(rights))


def brier(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float:
    """Return the mean squared difference of confidence and outcome (Brier 1950, for two classes)."""
    confidences, rights = _arrays(confidence, correct)
    return float(np.mean((confidences - rights) ** 2))


def auroc(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float | None:
    """Return the probability that a right answer is surer than a wrong one, a tie counting half.

    It is the Mann-Whitney U by its rank sum (Hanley and McNeil 1982); None when all are right or all wrong.
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
    """Return coverages and the share of wrong answers among those covered, surest first, each of shape ``(n,)``.

    (El-Yaniv and Wiener 2010.) Inside a group of equal confidence the risk is the one expected of a random order.
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
    """Return the largest coverage that any threshold gives with at least this accuracy among the answers.

    (Kamath et al. 2020, arXiv 2006.09462.) 0 when no threshold reaches the accuracy.
    """
    confidences, rights = _arrays(confidence, correct)
    _, group, size = np.unique(-confidences, return_inverse=True, return_counts=True)
    covered = np.cumsum(size)
    right = np.cumsum(np.bincount(group, weights=rights))
    enough = covered[right >= accuracy * covered - 1e-9]
    return float(enough[-1] / len(rights)) if len(enough) else 0.0


def _arrays(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> tuple[Floats, Floats]:
    confidences, rights = np.asarray(confidence, dtype=np.float64), np.asarray(correct, dtype=np.float64)
    if confidences.ndim != 1 or confidences.shape != rights.shape or not len(rights):
        raise DataError("confidences and outcomes must be two lists of one length, not empty")
    if not np.all((confidences >= 0) & (confidences <= 1)):
        raise DataError("every confidence must lie between 0 and 1")
    return confidences, rights
