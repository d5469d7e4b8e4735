"""Measures the confidence on a library that holds only some of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.calibration import ece_floor
from qa.evaluation.metrics.figures import Figure, Measures, mean_measure
from qa.evaluation.modes.end_to_end import AskingMode, confidence_measures, latencies
from qa.evaluation.predictions import Prediction, gold_answers

__all__ = ["ConfidenceMode"]


@dataclass(frozen=True)
class ConfidenceMode(AskingMode):
    """Calibration and selective answering, compared with the plain softmax score of the same answers.

    By default half of the articles are left out.
    """

    leave_out: float = 0.5

    name: ClassVar[str] = "confidence"
    breakdown: ClassVar[Sequence[str]] = ("right", "ece", "auroc", "coverage_at_80")

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Ask one question after another."""
        for _, trials in self.trials(examples, seed):
            yield [line for line, _, _ in trials]

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the measures, 0 to 1; ``right`` is the share of all questions whose best answer is right."""
        return {
            "right": mean_measure([line["correct"] for line in lines]),
            "answerable": mean_measure([bool(gold_answers(line)) for line in lines]),
            **confidence_measures(lines),
        }

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the number of questions, the ECE that chance alone would give, and the latencies."""
        least = ece_floor([line["confidence"] for line in lines])
        return {"n": Figure(len(lines)), "least_ece": Figure(least), **latencies(lines)}
