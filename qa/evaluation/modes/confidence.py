"""The confidence: how far it can be trusted when the library holds only some of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from qa.errors import DataError
from qa.evaluation.calibration import ece_floor
from qa.evaluation.corpora import Corpus
from qa.evaluation.dataset import Dataset
from qa.evaluation.datasets import Example
from qa.evaluation.figures import Figure, Measures, mean_of
from qa.evaluation.modes.asking import ask, confidence_measures, latencies, settings_of
from qa.evaluation.modes.base import chunks
from qa.evaluation.predictions import Prediction, golds_of

__all__ = ["ConfidenceMode"]

QUESTIONS_AT_ONCE = 16


@dataclass(frozen=True)
class ConfidenceMode:
    """Calibration and selective answering, beside the plain softmax score of the same answers.

    :param leave_out: the share of the articles that the library lacks, chosen by the seed: no answer to their
        questions is right, even where another article happens to say the same.
    :raises DataError: when the data holds no answers.
    """

    data: Dataset
    corpus: Corpus = field(default_factory=Corpus)
    leave_out: float = 0.5

    name: ClassVar[str] = "confidence"
    breakdown: ClassVar[Sequence[str]] = ("right", "ece", "auroc", "coverage_at_80")

    def __post_init__(self) -> None:
        if not self.data.answers:
            raise DataError(f"{self.data.name} holds no answers: it serves `evaluate retrieval` alone")

    @property
    def seeded(self) -> bool:
        """Whether the seed says what is left out."""
        return self.leave_out > 0

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the share left out and the assistant's settings."""
        own = {"leave_out": self.leave_out, "library": self.corpus.library or ""}
        return settings_of(self.corpus.settings) | own

    @property
    def models(self) -> Mapping[str, str]:
        """Return the fingerprints of the reader and the encoder."""
        return self.corpus.models

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Ask one question after the other."""
        with self.corpus.open(self.data, self.leave_out, seed) as asked:
            for some in chunks(examples, QUESTIONS_AT_ONCE):
                yield [ask(asked, example, seed, self.data.name)[0] for example in some]

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the figures, 0 to 1; ``right`` is the share of all questions whose best answer is right."""
        return {
            "right": mean_of([line["correct"] for line in lines]),
            "answerable": mean_of([bool(golds_of(line)) for line in lines]),
            **confidence_measures(lines),
        }

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the number of questions, the ECE that chance alone would give, and latencies."""
        least = ece_floor([line["confidence"] for line in lines])
        return {"n": Figure(len(lines)), "least_ece": Figure(least), **latencies(lines)}
