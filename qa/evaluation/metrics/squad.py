"""The SQuAD metrics, equal to those of the official scripts to the last digit.

Rajpurkar et al. 2016 (v1.1, arXiv 1606.05250) and Rajpurkar et al. 2018 (v2.0, arXiv 1806.03822). The two scripts
differ if normalisation leaves a text empty: for two empty texts the F1 is 0 in v1.1 and 1 in v2.0, and v2.0 drops
gold answers that become empty. Both rules are reproduced.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from operator import add
from typing import Any

from qa.errors import DataError

__all__ = [
    "Score",
    "SquadMetrics",
    "abstain",
    "best_threshold",
    "exact_match",
    "f1",
    "f1_v1",
    "is_correct",
    "normalize",
    "score",
    "score_v1",
    "squad_metrics",
]

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]+")


@dataclass(frozen=True, slots=True)
class Score:
    """How well a prediction matches its best gold answer, 0 to 1."""

    exact: float
    f1: float


@dataclass(frozen=True, slots=True)
class SquadMetrics:
    """The metrics of a run over ``n`` questions, 0 to 100.

    The ``has_answer`` and ``no_answer`` metrics are None if there are no such questions. ``best_exact`` and
    ``best_f1`` use the best threshold on the no-answer scores: answer if the score is at most the threshold.
    """

    n: int
    exact_match: float
    f1: float
    has_answer_exact: float | None
    has_answer_f1: float | None
    no_answer_exact: float | None
    no_answer_f1: float | None
    best_exact: float
    best_exact_threshold: float
    best_f1: float
    best_f1_threshold: float

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics without the thresholds, whose scale only the caller knows."""
        return {name: value for name, value in asdict(self).items() if not name.endswith("_threshold")}


def normalize(text: str) -> str:
    """Lower-case a text, drop ASCII punctuation and English articles, and collapse white space."""
    return " ".join(ARTICLES.sub(" ", PUNCTUATION.sub("", text.lower())).split())


def exact_match(prediction: str, gold: str) -> float:
    """Return 1 if the two are equal after normalisation, else 0."""
    return float(normalize(prediction) == normalize(gold))


def f1(prediction: str, gold: str) -> float:
    """Return the word F1 as v2.0 computes it: 1 for two empty texts."""
    ours, theirs = normalize(prediction).split(), normalize(gold).split()
    return _overlap(ours, theirs) if ours and theirs else float(ours == theirs)


def f1_v1(prediction: str, gold: str) -> float:
    """Return the word F1 as v1.1 computes it: 0 for two empty texts."""
    return _overlap(normalize(prediction).split(), normalize(gold).split())


def score(prediction: str, golds: Iterable[str]) -> Score:
    """Score a prediction as v2.0 does: if all gold answers are empty, "" is the right answer."""
    golds = [gold for gold in golds if normalize(gold)] or [""]
    return Score(max(exact_match(prediction, gold) for gold in golds), max(f1(prediction, gold) for gold in golds))


def score_v1(prediction: str, golds: Sequence[str]) -> Score:
    """Score a prediction as v1.1 does; there must be at least one gold answer."""
    return Score(
        max(exact_match(prediction, gold) for gold in golds), max(f1_v1(prediction, gold) for gold in golds)
    )


def is_correct(prediction: str, golds: Iterable[str]) -> bool:
    """Whether an answer counts as right when only right or wrong will do: its F1 is at least one half.

    Exact match would call "Jens Stoltenberg" wrong when "Stoltenberg" is expected; people would not.
    """
    return score(prediction, golds).f1 >= 0.5


def abstain(scores: Sequence[Score], abstained: Sequence[bool], has_answer: Sequence[bool]) -> list[Score]:
    """Return the scores after abstaining, which scores 1 for questions without an answer and 0 for the others."""
    silent = {True: Score(0.0, 0.0), False: Score(1.0, 1.0)}
    return [
        silent[has] if quiet else answered
        for answered, quiet, has in zip(scores, abstained, has_answer, strict=True)
    ]


def best_threshold(
    scores: Sequence[float], predictions: Sequence[str], na_scores: Sequence[float], has_answer: Sequence[bool]
) -> tuple[float, float]:
    """Return the best mean score, 0 to 100, of any threshold on the no-answer scores, and that threshold.

    Questions are answered one after another, surest first. The threshold is 0 if it is best to always abstain.
    Questions with equal no-answer scores keep their order, as in the official script.
    """
    current = best = float(len(has_answer) - sum(has_answer))
    threshold = 0.0
    for i in sorted(range(len(scores)), key=na_scores.__getitem__):
        current += scores[i] if has_answer[i] else -bool(predictions[i])
        if current > best:
            best, threshold = current, na_scores[i]
    return 100.0 * best / len(scores), threshold


def squad_metrics(
    predictions: Sequence[str],
    golds: Sequence[Sequence[str]],
    na_scores: Sequence[float],
    abstained: Sequence[bool],
) -> tuple[SquadMetrics, list[Score]]:
    """Return the metrics of a run, and the score of each question after abstaining.

    If every question has an answer, the rules of v1.1 apply and abstaining is ignored; otherwise those of v2.0.

    :param predictions: the best answer to each question, even if the reader abstained.
    :param na_scores: how likely it is that there is no answer, on any scale.
    :param abstained: whether the reader abstained.
    :raises DataError: if there are no questions.
    """
    if not golds:
        raise DataError("there are no questions to evaluate")
    has_answer = [bool(answers) for answers in golds]
    v1 = all(has_answer)
    raw = [(score_v1 if v1 else score)(text, answers) for text, answers in zip(predictions, golds, strict=True)]
    scores = raw if v1 else abstain(raw, abstained, has_answer)
    exact, overlap = [one.exact for one in scores], [one.f1 for one in scores]
    best_exact = best_threshold([one.exact for one in raw], predictions, na_scores, has_answer)
    best_f1 = best_threshold([one.f1 for one in raw], predictions, na_scores, has_answer)
    no_answer = [not has for has in has_answer]
    metrics = SquadMetrics(
        n=len(golds),
        exact_match=100 * sum(exact) / len(golds),
        # v1.1 adds in a loop, v2.0 calls sum(), which rounds differently since Python 3.12
        f1=100 * (reduce(add, overlap) if v1 else sum(overlap)) / len(golds),
        has_answer_exact=_mean(exact, has_answer),
        has_answer_f1=_mean(overlap, has_answer),
        no_answer_exact=_mean(exact, no_answer),
        no_answer_f1=_mean(overlap, no_answer),
        best_exact=best_exact[0],
        best_exact_threshold=best_exact[1],
        best_f1=best_f1[0],
        best_f1_threshold=best_f1[1],
    )
    return metrics, scores


def _overlap(ours: list[str], theirs: list[str]) -> float:
    same = sum((Counter(ours) & Counter(theirs)).values())
    if not same:
        return 0.0
    precision, recall = same / len(ours), same / len(theirs)
    return 2 * precision * recall / (precision + recall)


def _mean(values: Sequence[float], chosen: Sequence[bool]) -> float | None:
    values = [value for value, keep in zip(values, chosen, strict=True) if keep]
    return 100.0 * sum(values) / len(values) if values else None
