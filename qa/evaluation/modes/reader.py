"""The reader alone: every question read with its own passage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

from qa.answering.confidence import softmax_score
from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.figures import Figure, Measures
from qa.evaluation.metrics.squad import SquadMetrics
from qa.evaluation.modes.base import check_answers, chunks
from qa.evaluation.modes.squad_figures import squad_figures, squad_measures, squad_metrics_of
from qa.evaluation.predictions import Prediction, about, is_right, scored
from qa.reader import Reader
from qa.types import Reading

__all__ = ["ReaderMode", "evaluate_reader"]

PAIRS_AT_ONCE = 256


@dataclass(frozen=True)
class ReaderMode:
    """EM and F1 of the best span of the gold passage, as the official scripts of SQuAD count them.

    Where some questions have no answer, the best span is given when its margin over the null score is at least
    ``threshold``; where all have one, it always is, as in SQuAD v1.1.

    :raises DataError: when the data holds no answers.
    """

    data: Dataset
    reader: Reader
    threshold: float = 0.0

    name: ClassVar[str] = "reader"
    seeded: ClassVar[bool] = False
    breakdown: ClassVar[Sequence[str]] = ("exact_match", "f1")

    def __post_init__(self) -> None:
        check_answers(self.data)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the threshold."""
        return {"threshold": self.threshold}

    @property
    def models(self) -> Mapping[str, str]:
        """Return the reader's fingerprint."""
        return {"reader": self.reader.fingerprint}

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Read the questions in large batches."""
        can_abstain = any(example.is_impossible for example in self.data.examples)
        for some in chunks(examples, PAIRS_AT_ONCE):
            readings = self.reader.read_pairs([(example.question, example.context) for example in some])
            yield [
                self._line(example, reading, seed, can_abstain)
                for example, reading in zip(some, readings, strict=True)
            ]

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the figures of SQuAD."""
        return squad_measures(lines, _na_scores(lines))

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the figures to the last digit, and the margin from which on answering gives the best F1."""
        threshold = squad_metrics_of(lines, _na_scores(lines)).best_f1_threshold
        return squad_figures(lines, _na_scores(lines)) | {"best_threshold": Figure(0.0 - threshold)}

    def _line(self, example: Example, reading: Reading, seed: int, can_abstain: bool) -> Prediction:
        best = reading.spans[0] if reading.spans else None
        text = example.context[best.start : best.end] if best else ""
        line = about(example, seed, self.data.name)
        given = scored(line, text)
        line["answer"] = text
        line["answered"] = not can_abstain or reading.margin >= self.threshold
        line["exact_match"], line["f1"] = given.exact, given.f1
        line["correct"] = is_right(line, text)
        line["softmax"] = softmax_score(reading, best) if best else 0.0
        line["null_margin"] = reading.margin if isfinite(reading.margin) else None
        return line


def evaluate_reader(
    reader: Reader, examples: Sequence[Example], progress: Callable[[int], None] | None = None
) -> SquadMetrics:
    """Return the figures of a reader without a run: as those of ReaderMode, with no intervals.

    :param progress: gets the number of questions just read.
    :raises DataError: when there are no examples.
    """
    lines: list[Prediction] = []
    for some in ReaderMode(Dataset.of(examples), reader).predict(examples, seed=0):
        lines += some
        if progress:
            progress(len(some))
    return squad_metrics_of(lines, _na_scores(lines))


def _na_scores(lines: Sequence[Prediction]) -> list[float]:
    margins = [line["null_margin"] for line in lines]
    return [float("inf") if margin is None else -margin for margin in margins]
