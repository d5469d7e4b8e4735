"""Measures the reader alone: every question is read with its own passage."""

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
from qa.evaluation.modes.squad_figures import compute_squad_metrics, squad_figures, squad_measures
from qa.evaluation.predictions import Prediction, is_right, new_prediction, score_answer
from qa.reader import Reader
from qa.types import Reading

__all__ = ["ReaderMode", "evaluate_reader"]

PAIRS_AT_ONCE = 256


@dataclass(frozen=True)
class ReaderMode:
    """EM and F1 of the best span of the gold passage, as the official SQuAD scripts compute them.

    If some questions have no answer, the reader abstains when the best span's margin over the null score is below
    ``threshold``. If all have one, it never abstains, as in SQuAD v1.1.

    :raises DataError: if the data contains no answers.
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
        for chunk in chunks(examples, PAIRS_AT_ONCE):
            readings = self.reader.read_pairs([(example.question, example.context) for example in chunk])
            yield [
                self._line(example, reading, seed, can_abstain)
                for example, reading in zip(chunk, readings, strict=True)
            ]

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the SQuAD measures."""
        return squad_measures(lines, _na_scores(lines))

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the exact SQuAD figures, and the margin threshold with the best F1."""
        threshold = compute_squad_metrics(lines, _na_scores(lines)).best_f1_threshold
        return squad_figures(lines, _na_scores(lines)) | {"best_threshold": Figure(0.0 - threshold)}

    def _line(self, example: Example, reading: Reading, seed: int, can_abstain: bool) -> Prediction:
        best = reading.spans[0] if reading.spans else None
        text = example.context[best.start : best.end] if best else ""
        line = new_prediction(example, seed, self.data.name)
        score = score_answer(line, text)
        line["answer"] = text
        line["answered"] = not can_abstain or reading.margin >= self.threshold
        line["exact_match"], line["f1"] = score.exact, score.f1
        line["correct"] = is_right(line, text)
        line["softmax"] = softmax_score(reading, best) if best else 0.0
        line["null_margin"] = reading.margin if isfinite(reading.margin) else None
        return line


def evaluate_reader(
    reader: Reader, examples: Sequence[Example], progress: Callable[[int], None] | None = None
) -> SquadMetrics:
    """Return the SQuAD metrics of a reader without starting a run.

    :param progress: is called with the number of questions just read.
    :raises DataError: if there are no examples.
    """
    lines: list[Prediction] = []
    for chunk in ReaderMode(Dataset.of(examples), reader).predict(examples, seed=0):
        lines += chunk
        if progress:
            progress(len(chunk))
    return compute_squad_metrics(lines, _na_scores(lines))


def _na_scores(lines: Sequence[Prediction]) -> list[float]:
    margins = [line["null_margin"] for line in lines]
    return [float("inf") if margin is None else -margin for margin in margins]
