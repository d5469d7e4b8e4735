"""The measures of MultiSpanQA (Li et al. 2022): exact match and overlap, for answers of several spans.

Both count over all questions together (micro average), as the official script does: a question without spans
counts as one empty span. Texts are normalised as for SQuAD, and equal ones count once. Each expected span is given
by the texts that are accepted for it; in MultiSpanQA, by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Self

from qa.evaluation.metrics.squad import normalize

__all__ = ["SpanScores", "exact_scores", "overlap_scores"]

Gold = Collection[Collection[str]]
"""The expected spans, each by the texts that are accepted for it."""


@dataclass(frozen=True, slots=True)
class SpanScores:
    """Precision, recall and their harmonic mean, 0 to 100."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 if both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @classmethod
    def of(cls, counts: Iterable[tuple[float, float, int, int]]) -> Self:
        """Return the scores of questions: what is right of the predicted and of the expected, and both numbers."""
        sums = [sum(column) for column in zip(*counts, strict=True)]
        if not sums:
            return cls(0.0, 0.0)
        right_predicted, right_expected, predicted, expected = sums
        return cls(100 * right_predicted / predicted, 100 * right_expected / expected)


def exact_scores(predictions: Sequence[Collection[str]], golds: Sequence[Gold]) -> SpanScores:
    """Return the scores by which a span counts if it equals an expected one."""
    return SpanScores.of(_exact(*pair) for pair in _normalized(predictions, golds))


def overlap_scores(predictions: Sequence[Collection[str]], golds: Sequence[Gold]) -> SpanScores:
    """Return the scores by which a span counts for the share of it that it has in common with the nearest one.

    What two spans have in common is their longest common run of characters.
    """
    return SpanScores.of(_overlap(*pair) for pair in _normalized(predictions, golds))


def _normalized(
    predictions: Sequence[Collection[str]], golds: Sequence[Gold]
) -> Iterator[tuple[set[str], set[frozenset[str]]]]:
    for prediction, gold in zip(predictions, golds, strict=True):
        yield {normalize(text) for text in prediction}, {frozenset(map(normalize, texts)) for texts in gold}


def _exact(predicted: set[str], gold: set[frozenset[str]]) -> tuple[float, float, int, int]:
    right = sum(not predicted.isdisjoint(texts) for texts in gold) if predicted or gold else 1
    return right, right, max(len(predicted), 1), max(len(gold), 1)


def _overlap(predicted: set[str], gold: set[frozenset[str]]) -> tuple[float, float, int, int]:
    sizes = max(len(predicted), 1), max(len(gold), 1)
    if not predicted - {""} or not gold:
        both_empty = float(not predicted - {""} and not gold)
        return both_empty, both_empty, *sizes
    of_predicted = sum(
        max(_common(one, other) for texts in gold for other in texts) / max(len(one), 1) for one in predicted
    )
    of_gold = sum(
        max(_common(one, other) / max(len(other), 1) for one in predicted for other in texts) for texts in gold
    )
    return of_predicted, of_gold, *sizes


def _common(one: str, other: str) -> int:
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
