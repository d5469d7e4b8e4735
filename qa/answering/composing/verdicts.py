"""Yes or no, as far as the sentence that decides says so.

The reader reads the sentence for the question, and for the question with its verb negated. A logistic regression
over these readings and the words of both, fitted by ``benchmarks/verdicts.py``, gives a verdict only above the
probability from which it was right often enough on held-out questions.
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
from qa.answering.retriever import sentence_coverage
from qa.english.content_words import content_words
from qa.english.verbs import negated
from qa.errors import ModelError
from qa.reader import Reader
from qa.reader.base import checksum_of

__all__ = ["BUNDLED", "VerdictModel", "bundled_verdicts", "find_verdict", "read_sentences", "verdict_features"]

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
PLANNED = re.compile(
    r"\b(?:will|would|shall|(?:is|are|was|were|has|have) to|plan(?:s|ned)?|propos\w+|intend\w*)\b", re.IGNORECASE
)
POSSIBLE = re.compile(r"\b(?:possible|can|could|may|might|likely|any|ever)\b", re.IGNORECASE)
MOST_MARGIN = 20.0

Verdict = Literal["", "yes", "no"]
Margins = tuple[float, float]
"""By how much the reader prefers a span of the sentence to none: for the question, and for its negation."""


@dataclass(frozen=True, slots=True)
class VerdictModel:
    """Weights by feature name, and the probability from which a verdict is given.

    ``reader`` is the checksum of the reader that it was fitted to.
    """

    weights: Mapping[str, float]
    intercept: float
    least: float
    reader: str

    def predict(self, features: Features) -> float:
        """Return the probability that the answer is yes."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def verdict(self, question: str, sentence: str, margins: Margins) -> Verdict:
        """Return what a sentence says to a question.

        :returns: "" if that is not sure enough, or the sentence speaks of a plan and the question does not.
        """
        if PLANNED.search(sentence) and not PLANNED.search(question):
            return ""
        yes = self.predict(verdict_features(question, sentence, margins))
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


def find_verdict(question: str, sentence: str, reader: Reader) -> Verdict:
    """Return what a sentence says to a question.

    :returns: "" if that is not sure enough, or the model was fitted to another reader.
    """
    model = bundled_verdicts()
    if checksum_of(reader.fingerprint) != model.reader:
        return ""
    (margins,) = read_sentences([(question, sentence)], reader)
    return model.verdict(question, sentence, margins)


def read_sentences(pairs: Sequence[tuple[str, str]], reader: Reader) -> list[Margins]:
    """Return what the reader makes of each (question, sentence) pair, in order."""
    both = [(asked, sentence) for question, sentence in pairs for asked in (question, negated(question))]
    margins = [reading.margin for reading in reader.read_pairs(both)]
    return list(zip(margins[::2], margins[1::2], strict=True))


def verdict_features(question: str, sentence: str, margins: Margins) -> Features:
    """Return how a question for yes or no and the sentence that decides agree."""
    share = sentence_coverage(content_words(question), "", sentence)
    is_negated, is_reversed = (bool(pattern.search(sentence)) for pattern in (NEGATION, REVERSAL))
    asked_negated = bool(NEGATION.search(question))
    margin, of_negation = (max(-MOST_MARGIN, min(MOST_MARGIN, one)) for one in margins)
    is_against = is_negated or is_reversed
    return {
        "share": share,
        "is_whole": float(share == 1),
        "negated": float(is_negated),
        "negated_share": share * (is_negated != asked_negated),
        "reversed": float(is_reversed),
        "reversed_share": share * is_reversed,
        "assent": float(bool(ASSENT.search(sentence))),
        "universal": float(bool(UNIVERSAL.search(question))),
        "possible": float(bool(POSSIBLE.search(question))),
        "length": math.log1p(len(sentence.split())),
        "margin": margin,
        "margin_of_negation": of_negation,
        "margin_against": margin * is_against,
        "margin_of_negation_against": of_negation * is_against,
    }
