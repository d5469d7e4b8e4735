"""Yes or no, as far as the quote that decides says so.

The specialist says how likely the sentence means yes, alone and in its passage. A logistic regression over both,
fitted by ``benchmarks/verdicts.py``, gives a verdict only above the probability from which it was right often
enough on held-out questions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from qa.answering.confidence import Features
from qa.errors import ModelError
from qa.reader.specialist import Specialist

__all__ = ["BUNDLED", "VerdictModel", "bundled_verdicts", "find_verdict", "verdict_features"]

BUNDLED = Path(__file__).parents[2] / "models" / "verdicts.json"

PLANNED = re.compile(
    r"\b(?:will|would|shall|(?:is|are|was|were|has|have) to|plan(?:s|ned)?|propos\w+|intend\w*)\b", re.IGNORECASE
)
LEAST_SHARE = 1e-6

Verdict = Literal["", "yes", "no"]


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

    def verdict(self, question: str, sentence: str, features: Features) -> Verdict:
        """Return what a sentence says to a question.

        :returns: "" if that is not sure enough, or the sentence speaks of a plan and the question does not.
        """
        if PLANNED.search(sentence) and not PLANNED.search(question):
            return ""
        yes = self.predict(features)
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


def find_verdict(question: str, sentence: str, passage: str, specialist: Specialist) -> Verdict:
    """Return what a sentence of a passage says to a question; "" if that is not sure enough."""
    (features,) = verdict_features([(question, sentence, passage)], specialist)
    return bundled_verdicts().verdict(question, sentence, features)


def verdict_features(quotes: Sequence[tuple[str, str, str]], specialist: Specialist) -> list[Features]:
    """Return what the specialist makes of each question with a sentence and its passage, as log-odds of yes."""
    pairs = [(question, text) for question, sentence, passage in quotes for text in (sentence, passage)]
    odds = [_log_odds(yes) for yes in specialist.yes(pairs)]
    return [{"sentence": alone, "passage": within} for alone, within in zip(odds[::2], odds[1::2], strict=True)]


def _log_odds(share: float) -> float:
    share = min(1 - LEAST_SHARE, max(LEAST_SHARE, share))
    return math.log(share / (1 - share))
