"""The reader alone: every question read with its own passage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, Protocol

from qa.errors import DataError
from qa.evaluation.datasets import Example
from qa.evaluation.squad import SquadMetrics, squad_metrics
from qa.types import Reading

__all__ = ["PairReader", "ReaderPrediction", "ReaderResult", "evaluate_reader"]


class PairReader(Protocol):
    """What this evaluation asks of a reader."""

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> Sequence[Reading]:
        """Read each question with its own passage; ``progress`` gets the number of pairs just read."""
        ...


@dataclass(frozen=True, slots=True)
class ReaderPrediction:
    """What the reader made of a question.

    ``text`` is the best span, given unless ``abstained``; ``margin`` how far its score lies above the null score,
    minus infinity without a span; ``exact`` and ``f1``, 0 to 1, score what was given.
    """

    id: str
    text: str
    margin: float
    abstained: bool
    exact: float
    f1: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON: no margin is None."""
        return {**asdict(self), "margin": self.margin if isfinite(self.margin) else None}


@dataclass(frozen=True, slots=True)
class ReaderResult:
    """The figures, and the predictions in the order of the examples."""

    metrics: SquadMetrics
    predictions: tuple[ReaderPrediction, ...]

    @property
    def best_threshold(self) -> float:
        """The margin from which answering gives the best F1."""
        return 0.0 - self.metrics.best_f1_threshold

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, ready for JSON: scores 0 to 100, None over no questions."""
        return self.metrics.to_dict() | {"best_threshold": self.best_threshold}


def evaluate_reader(
    reader: PairReader, examples: Sequence[Example], progress: Callable[[int], None] | None = None
) -> ReaderResult:
    """Read each question with its gold passage and score the best spans as the official scripts do.

    When some questions have no answer, the reader abstains where the null score wins (a margin below 0).

    :raises DataError: when there are no examples.
    """
    if not examples:
        raise DataError("there are no questions to evaluate")
    readings = reader.read_pairs([(example.question, example.context) for example in examples], progress)
    texts = [_best_text(example.context, reading) for example, reading in zip(examples, readings, strict=True)]
    margins = [reading.margin for reading in readings]
    can_abstain = any(example.is_impossible for example in examples)
    abstained = [can_abstain and margin < 0 for margin in margins]
    golds = [example.answers for example in examples]
    metrics, scores = squad_metrics(texts, golds, [-margin for margin in margins], abstained)
    predictions = (
        ReaderPrediction(example.id, text, margin, quiet, score.exact, score.f1)
        for example, text, margin, quiet, score in zip(examples, texts, margins, abstained, scores, strict=True)
    )
    return ReaderResult(metrics, tuple(predictions))


def _best_text(context: str, reading: Reading) -> str:
    return context[reading.spans[0].start : reading.spans[0].end] if reading.spans else ""
