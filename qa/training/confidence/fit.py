"""Fits the ranker and the calibrator to trials: questions that the reader was not trained on.

``qa.evaluation.metrics.squad.is_correct`` defines which answers are correct. ``docs/confidence.md`` describes the
alternatives that were tried, and their results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.answering.answers import find_answers, rank_candidates
from qa.answering.confidence import ConfidenceModel, Features, span_features
from qa.errors import DataError
from qa.evaluation.metrics.squad import is_correct
from qa.training.confidence.trials import Trial

__all__ = [
    "CALIBRATOR",
    "RANKER",
    "calibration_data",
    "fit",
    "fit_calibrator",
    "fit_choice",
    "fit_ranker",
    "fit_reach",
]

RANKER = ("margin", "score", "retrieval", "dense", "coverage", "words", "names", "length")
CALIBRATOR = (
    *("margin", "dense", "margin_dense", "length", "open"),
    *("rank", "gap", "share", "passages", "retrieval_passages"),
)
ANSWERS_PER_QUESTION = 2
STRENGTH = 1.0  # of the calibrator's weights against their L2 penalty (scikit-learn's C)
REACH = 0.98
Floats = npt.NDArray[np.float64]


def fit(trials: Sequence[Trial]) -> ConfidenceModel:
    """Fit the ranker, and the calibrator to the answers that it ranks best.

    The model carries the fingerprint of the reader that made the trials.

    :raises DataError: if the trials have no right answers or no wrong ones, or come from several readers.
    """
    readers = {trial.reader for trial in trials}
    if len(readers) > 1:
        raise DataError(
            f"the trials come from several readers ({', '.join(sorted(readers))}); use the trials of one reader"
        )
    return replace(fit_calibrator(trials, fit_ranker(trials)), fingerprint=next(iter(readers), ""))


def fit_ranker(trials: Sequence[Trial], l2: float = 1e-4) -> dict[str, float]:
    """Fit weights that rank correct spans first.

    Maximises the log of the softmax mass on correct spans, over the questions that have any (marginal likelihood,
    Clark and Gardner 2018, arXiv 1710.10723), with an L2 penalty on the standardised weights.

    :raises DataError: if no question has both a right and a wrong span.
    """
    rows, marks, owners = _ranking_data(trials)
    if not rows:
        raise DataError(
            "no question has both a right and a wrong answer in the passages read; collect more trials"
        )
    return dict(zip(RANKER, fit_choice(rows, marks, owners, l2), strict=True))


def fit_choice(
    rows: Sequence[Sequence[float]], marks: Sequence[bool], owners: Sequence[int], l2: float
) -> list[float]:
    """Fit a conditional logit: weights of features by which the right ones of several options are chosen.

    Maximises the log of the softmax mass on the right options of each choice, with an L2 penalty on the
    standardised weights.

    :param rows: the features of each option.
    :param marks: whether each is right; each choice has a right one.
    :param owners: the number of the choice that each belongs to: 0, 1... in order.
    """
    import torch

    x = torch.tensor(rows, dtype=torch.float64)
    scale = x.std(0).clamp_min(1e-9)
    mark, owner_of = torch.tensor(marks), torch.tensor(owners)
    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        scores = (x / scale) @ weights
        every = _group_logsumexp(scores, owner_of)
        right = _group_logsumexp(scores.masked_fill(~mark, -1e9), owner_of)
        loss = (every - right).mean() + l2 * weights.square().sum()
        loss.backward()
        return float(loss.detach())

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    fitted: list[float] = (weights / scale).detach().tolist()
    return fitted


def fit_calibrator(trials: Sequence[Trial], ranker: dict[str, float]) -> ConfidenceModel:
    """Fit P(correct) by logistic regression on the best answers of each trial.

    Every domain, and every way of asking in it, has the same weight, however many answers it has.

    :raises DataError: if all answers are right or all wrong.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    features, correct, weights = calibration_data(trials, ConfidenceModel(ranker, {}, 0.0))
    if len(set(correct)) < 2:
        raise DataError("all answers are right, or all wrong; collect more trials")
    x = np.array([[row[name] for name in CALIBRATOR] for row in features])
    scaler = StandardScaler().fit(x)
    regression = LogisticRegression(C=STRENGTH, max_iter=1000)
    regression.fit(scaler.transform(x), correct, sample_weight=weights)
    fitted: Floats = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - fitted @ scaler.mean_)
    calibrator = dict(zip(CALIBRATOR, fitted.tolist(), strict=True))
    return ConfidenceModel(ranker, calibrator, intercept, fit_reach(trials, ranker))


def fit_reach(trials: Sequence[Trial], ranker: dict[str, float]) -> float:
    """Return the ``REACH`` quantile, over passages, of what the reader adds to the rank of the best span."""
    model = ConfidenceModel(ranker, {}, 0.0)
    added = [
        max(model.rank_known(span_features(reading, span)) for span in reading.spans)
        for trial in trials
        for reading in trial.readings
        if reading.spans
    ]
    return float(np.quantile(added, REACH))


def calibration_data(
    trials: Sequence[Trial], model: ConfidenceModel
) -> tuple[list[Features], list[bool], list[float]]:
    """Return the features of each trial's best answers, whether each is correct, and their weights (mean 1)."""
    features, correct, cells = [], [], []
    for trial in trials:
        groups = find_answers(trial.question, trial.passages, trial.readings, model)
        for group in groups[:ANSWERS_PER_QUESTION]:
            features.append(group.features)
            correct.append(trial.is_right(group.candidates[0].text))
            cells.append((trial.domain, trial.way))
    sizes = Counter(cells)
    return features, correct, [len(cells) / len(sizes) / sizes[cell] for cell in cells]


def _ranking_data(trials: Sequence[Trial]) -> tuple[list[list[float]], list[bool], list[int]]:
    """Return the features of each span, whether it is right, and the index of its question."""
    blank = ConfidenceModel(dict.fromkeys(RANKER, 0.0), {}, 0.0)
    rows: list[list[float]] = []
    marks: list[bool] = []
    owners: list[int] = []
    for trial in trials:
        candidates = rank_candidates(trial.question, trial.passages, trial.readings, blank) if trial.golds else []
        correct = [is_correct(candidate.text, trial.golds) for candidate in candidates]
        if any(correct) and not all(correct):
            owner = owners[-1] + 1 if owners else 0
            rows += [[candidate.features[name] for name in RANKER] for candidate in candidates]
            marks += correct
            owners += [owner] * len(candidates)
    return rows, marks, owners


def _group_logsumexp(scores: Any, owner_of: Any) -> Any:
    import torch

    groups = int(owner_of[-1]) + 1
    highest = torch.full((groups,), -torch.inf, dtype=scores.dtype)
    highest = highest.scatter_reduce(0, owner_of, scores.detach(), "amax")
    sums = torch.zeros(groups, dtype=scores.dtype).index_add(0, owner_of, (scores - highest[owner_of]).exp())
    return sums.log() + highest
