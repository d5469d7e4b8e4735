"""Yes or no, as far as the sentence that decides says so in words.

A logistic regression over the words of the question and of the sentence, fitted by ``benchmarks/verdicts.py``. It
gives a verdict only above the probability from which it was right often enough on held-out questions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from qa.answering.confidence import Features
from qa.answering.retriever import sentence_coverage
from qa.english.content_words import content_words
from qa.errors import ModelError

__all__ = ["BUNDLED", "VerdictModel", "bundled_verdicts", "verdict_features"]

BUNDLED = Path(__file__).parents[2] / "models" / "verdicts.json"

NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|hardly|rarely|seldom|\w+n['’]t)\b",
    re.IGNORECASE,
)
REVERSAL = re.compile(
    r"\b(?:no longer|refus\w+|reject\w+|den(?:y|ies|ied)|rul(?:es?|ed|ing) out|call(?:s|ed) off|cancel\w+"
    r"|withdr\w+|abandon\w+|fail\w+|lack\w*|prohibit\w+|ban(?:s|ned)?|illegal|unlawful|false|fictional|fictitious|instead"
    r"|former|discontinued|ceased|distinct|rather than|oppos\w+|prevent\w*|suspended|given? up|gave up)\b",
    re.IGNORECASE,
)
ASSENT = re.compile(
    r"\b(?:also|still|agreed|allow\w*|approved|permit\w*|confirmed|including|such as|both|commonly|based on"
    r"|legal)\b",
    re.IGNORECASE,
)
UNIVERSAL = re.compile(r"\b(?:all|always|every|only|entire\w*|complete\w*|same|identical)\b", re.IGNORECASE)
POSSIBLE = re.compile(r"\b(?:possible|can|could|may|might|likely|any|ever)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VerdictModel:
    """Weights by feature name, and the probability from which a verdict is given."""

    weights: Mapping[str, float]
    intercept: float
    least: float

    def predict(self, features: Features) -> float:
        """Return the probability that the answer is yes."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def verdict(self, question: str, sentence: str) -> Literal["", "yes", "no"]:
        """Return what a sentence says to a question; "" if that is not sure enough."""
        yes = self.predict(verdict_features(question, sentence))
        if max(yes, 1 - yes) < self.least:
            return ""
        return "yes" if yes >= 0.5 else "no"

    @classmethod
    def load(cls, path: Path = BUNDLED) -> VerdictModel:
        """Read a model from its JSON file.

        :raises ModelError: if the file is missing or damaged.
        """
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{path} is not a model of verdicts: {error}") from None

    def save(self, path: Path) -> None:
        """Write the model to a JSON file."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


@cache
def bundled_verdicts() -> VerdictModel:
    """Return the model that comes with the package."""
    return VerdictModel.load()


def verdict_features(question: str, sentence: str) -> Features:
    """Return how the words of a question for yes or no and of the sentence that decides agree."""
    share = sentence_coverage(content_words(question), "", sentence)
    negated, reversed_ = (bool(pattern.search(sentence)) for pattern in (NEGATION, REVERSAL))
    asked_negated = bool(NEGATION.search(question))
    return {
        "share": share,
        "is_whole": float(share == 1),
        "negated": float(negated),
        "negated_share": share * (negated != asked_negated),
        "reversed": float(reversed_),
        "reversed_share": share * reversed_,
        "assent": float(bool(ASSENT.search(sentence))),
        "universal": float(bool(UNIVERSAL.search(question))),
        "possible": float(bool(POSSIBLE.search(question))),
        "length": math.log1p(len(sentence.split())),
    }
