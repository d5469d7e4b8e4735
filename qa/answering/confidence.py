"""From features to the probability that an answer is right.

Two linear models share one small JSON file. The *ranker* orders spans of different passages by what is
known of each in its own passage. The *calibrator*, a logistic regression, turns the features of an answer,
its rivals included, into P(correct). Both are fitted by ``qa.training.confidence.fit`` on held-out questions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Protocol

from qa.english.content_words import content_words, names, shared_words
from qa.errors import ModelError
from qa.reader.base import checksum_of
from qa.types import Reading, RetrievedPassage, Span

__all__ = [
    "BUNDLED",
    "Confidence",
    "ConfidenceModel",
    "Features",
    "SoftmaxConfidence",
    "passage_features",
    "softmax_score",
    "span_features",
    "span_shares",
]

Features = dict[str, float]

BUNDLED = Path(__file__).parents[1] / "models" / "reader" / "confidence.json"
MAX_MARGIN = 20.0
CACHED_FEATURES = 2048
"""Passages whose features are kept: several stages need them for one question."""
OPEN = re.compile(  # questions for a reason or a manner: their answers are long and seldom one span
    r"\b(?:why|how)\b(?!\s+(?:many|much|old|long|far|tall|big|large|often|high|deep)\b)", re.IGNORECASE
)


class Confidence(Protocol):
    """Ranks spans and gives answers their confidence."""

    @property
    def reach(self) -> float | None:
        """How much a span's own features seldom add to the rank that its passage gives; None if unknown."""
        ...

    def rank(self, features: Features) -> float:
        """Return the score that orders spans across passages; larger is better."""
        ...

    def rank_known(self, features: Features) -> float:
        """Return the part of the rank that some of the features give."""
        ...

    def predict(self, features: Features) -> float:
        """Return the confidence in an answer, 0 to 1."""
        ...


class SoftmaxConfidence:
    """The plain softmax score of a reader that no confidence model was fitted to. It is not calibrated.

    The score of a span is its probability in its own passage, so nothing is known of a passage before it is read.
    """

    reach: ClassVar[float | None] = None

    def rank(self, features: Features) -> float:
        """Return the softmax score of a span."""
        return features["softmax"]

    def rank_known(self, features: Features) -> float:
        """Return the softmax score of a span, 0 if it is unknown."""
        return features.get("softmax", 0.0)

    def predict(self, features: Features) -> float:
        """Return the softmax score of an answer's best span."""
        return features["softmax"]


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A ranker and a calibrator: weights by feature name, in the features' own units.

    Both hold only for the reader that they were fitted to. ``fingerprint`` is that of the reader, as
    ``name:checksum``; "" means that the reader is unknown. The checksum of a model folder is the first 16
    hexadecimal digits of the SHA-256 over the SHA-256 digests of ``config.json``, ``tokenizer.json`` and
    ``*.safetensors`` (:func:`qa.reader.model.checksum`). The checksum alone decides, so a folder can be renamed,
    and int8 and float32 of the same weights are the same reader.
    """

    ranker: Mapping[str, float]
    calibrator: Mapping[str, float]
    intercept: float
    reach: float | None = None
    fingerprint: str = ""

    def is_fitted_to(self, fingerprint: str) -> bool:
        """Whether the model was fitted to the reader with this fingerprint."""
        return bool(self.fingerprint) and checksum_of(self.fingerprint) == checksum_of(fingerprint)

    def rank(self, features: Features) -> float:
        """Return the score that orders spans across passages; larger is better."""
        return sum(weight * features[name] for name, weight in self.ranker.items())

    def rank_known(self, features: Features) -> float:
        """Return the part of the rank that some of the features give."""
        return sum(weight * features[name] for name, weight in self.ranker.items() if name in features)

    def predict(self, features: Features) -> float:
        """Return P(correct), strictly between 0 and 1."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.calibrator.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    @classmethod
    def load(cls, path: Path = BUNDLED) -> ConfidenceModel:
        """Read a model from its JSON file.

        :raises ModelError: if the file is missing or damaged.
        """
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(
                f"{path} is not a confidence model: {error}; fit one with `quotewell train confidence`"
            ) from None

    def save(self, path: Path) -> None:
        """Write the model to a JSON file."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def passage_features(question: str, passage: RetrievedPassage) -> Features:
    """Return the features that all spans of a passage share: retrieval scores and words in common."""
    return dict(_passage_features(question, passage))


@lru_cache(CACHED_FEATURES)
def _passage_features(question: str, passage: RetrievedPassage) -> Features:
    words, named = content_words(question), names(question)
    present = shared_words(words | named, f"{passage.context}\n{passage.text}")
    return {
        "question_words": math.log1p(len(words)),
        "open": float(bool(OPEN.search(question))),
        "retrieval": passage.score,
        "dense": passage.dense,
        "coverage": passage.coverage,
        "words": _share(words, present),
        "names": _share(named, present),
    }


def span_features(reading: Reading, span: Span) -> Features:
    """Return the features of a span that come from the reader."""
    return {
        "softmax": softmax_score(reading, span),
        "margin": _clip(span.score - reading.null_score),
        "score": _clip(span.score),
        "length": math.log1p(span.end - span.start),
    }


def span_shares(readings: Sequence[Reading]) -> list[list[float]]:
    """Return each span's share of the probability of all spans and nulls of all passages together.

    A softmax over the whole set, as in global normalisation (Clark and Gardner 2018, arXiv 1710.10723).
    """
    were_read = [reading for reading in readings if reading.was_read]
    logits = [score for reading in were_read for score in (reading.null_score, *(s.score for s in reading.spans))]
    highest = max(logits, default=0.0)
    total = sum(math.exp(logit - highest) for logit in logits)
    return [[math.exp(span.score - highest) / total for span in reading.spans] for reading in readings]


def softmax_score(reading: Reading, span: Span) -> float:
    """Return the probability of a span in its own passage: its softmax over the passage's spans and null score.

    The fitted confidence is measured against this score, which ignores the other passages. The reader keeps a few
    spans of each passage; the probability of the others is not counted.
    """
    logits = [reading.null_score, *(other.score for other in reading.spans)]
    highest = max(logits)
    return math.exp(span.score - highest) / sum(math.exp(logit - highest) for logit in logits)


def _share(words: Iterable[str], present: set[str]) -> float:
    words = set(words)
    return len(words & present) / len(words) if words else 1.0


def _clip(value: float) -> float:
    return max(-MAX_MARGIN, min(MAX_MARGIN, value))
