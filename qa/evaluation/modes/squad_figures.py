"""The SQuAD measures and figures of a run's lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.evaluation.metrics.figures import Figure, Floats, Integers, Measure, mean_measure
from qa.evaluation.metrics.squad import Score, SquadMetrics, score, score_v1, squad_metrics
from qa.evaluation.predictions import Prediction, gold_answers

__all__ = ["compute_squad_metrics", "squad_figures", "squad_measures"]

# by prefix: whether questions with and without an answer count
HALVES = {
    "": {True: True, False: True},
    "has_answer_": {True: True, False: False},
    "no_answer_": {True: False, False: True},
}


def squad_measures(lines: Sequence[Prediction], na_scores: Sequence[float]) -> dict[str, Measure]:
    """Return the SQuAD measures, 0 to 100, by the rules of ``squad_metrics``.

    ``exact_match`` and ``f1`` after abstaining, over all questions and over those with and without an answer
    (``has_answer_``, ``no_answer_``), and ``best_exact`` and ``best_f1`` with the best threshold on the no-answer
    scores.

    :param na_scores: how likely it is that there is no answer, on any scale; shape ``(lines,)``.
    """
    golds = [gold_answers(line) for line in lines]
    has_answer = [bool(texts) for texts in golds]
    v1 = all(has_answer)
    raw = [(score_v1 if v1 else score)(line["answer"], texts) for line, texts in zip(lines, golds, strict=True)]
    silent = {True: Score(0.0, 0.0), False: Score(1.0, 1.0)}
    scores = [
        answered if v1 or line["answered"] else silent[has]
        for line, answered, has in zip(lines, raw, has_answer, strict=True)
    ]
    measures: dict[str, Measure] = {}
    for half, counts in HALVES.items():
        included = [counts[has] for has in has_answer]
        exact = [one.exact if include else None for one, include in zip(scores, included, strict=True)]
        overlap = [one.f1 if include else None for one, include in zip(scores, included, strict=True)]
        measures[f"{half}exact" if half else "exact_match"] = mean_measure(exact, 100)
        measures[f"{half}f1"] = mean_measure(overlap, 100)
    answers = [line["answer"] for line in lines]
    measures["best_exact"] = _best([one.exact for one in raw], answers, na_scores, has_answer)
    measures["best_f1"] = _best([one.f1 for one in raw], answers, na_scores, has_answer)
    return measures


def squad_figures(lines: Sequence[Prediction], na_scores: Sequence[float]) -> dict[str, Figure]:
    """Return the same figures over all lines, equal to the official scripts to the last digit."""
    return {name: Figure(value) for name, value in compute_squad_metrics(lines, na_scores).to_dict().items()}


def compute_squad_metrics(lines: Sequence[Prediction], na_scores: Sequence[float]) -> SquadMetrics:
    """Return the ``squad_metrics`` of a run's lines."""
    metrics, _ = squad_metrics(
        [line["answer"] for line in lines],
        [gold_answers(line) for line in lines],
        na_scores,
        [not line["answered"] for line in lines],
    )
    return metrics


def _best(
    scores: Sequence[float], answers: Sequence[str], na_scores: Sequence[float], has_answer: Sequence[bool]
) -> Measure:
    """Return ``qa.evaluation.metrics.squad.best_threshold`` as a measure."""
    has = np.array(has_answer)
    # the change in score from abstaining to answering; abstaining is right if there is no answer
    change: Floats = np.where(has, np.array(scores), -np.array([float(bool(text)) for text in answers]))
    unsure = np.array(na_scores, dtype=np.float64)

    def measure(chosen: Integers) -> float:
        if not len(chosen):
            return float("nan")
        order = np.argsort(unsure[chosen], kind="stable")
        gained = float(np.maximum(np.cumsum(change[chosen][order]), 0).max())
        return 100 * (float((~has[chosen]).sum()) + gained) / len(chosen)

    return measure
