"""Weigh statements: which of them answer the question at some time, and how well their time fits the asked one.

Both are linear models with few features. ``python -m benchmarks.fit_time`` fits them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from qa.answering.confidence import Features
from qa.answering.time.asked_time import AskedTime, Tense, asked_time
from qa.answering.time.asked_value import asks_for_event, asks_for_lasting
from qa.answering.time.statements import HISTORY_DAYS, Statement
from qa.answering.time.values import Kind, Value, are_comparable, numbers_in
from qa.english.content_words import content_words
from qa.errors import ModelError

__all__ = [
    "BUNDLED",
    "RELEVANCE",
    "TimeModel",
    "bundled_time_model",
    "can_be_version",
    "fit_features",
    "is_as_near",
    "is_rival",
    "version_features",
]

BUNDLED = Path(__file__).parents[2] / "models" / "time.json"

RELEVANCE = ("margin", "lead")
"""What tells whether a statement answers the question, whatever time is asked for."""
LESS_WORDS = 0.25
"""How much less of the question's words a passage may hold that is as near as that of the best statement."""
MOST_LOGIT = 4.0
NEARBY = 300
"""Characters between two numbers that stand together."""
REPORTED_DAYS = 2
"""News of a day is in articles of that day and the next two."""


@dataclass(frozen=True, slots=True)
class TimeModel:
    """Weights by feature name, in the features' own units.

    ``versions`` are of a logistic regression: P(a statement answers the question at some time, if the best one
    does). From ``least`` on, it counts as a version of the answer; from ``least_at_time`` on, if the question
    names a time: that says that the answer is not always the same. ``relevance`` and ``tenses`` are of a
    conditional logit over all that may be the answer as of the asked time: ``tenses`` by the value of the tense.
    """

    versions: Mapping[str, float]
    relevance: Mapping[str, float]
    tenses: Mapping[str, Mapping[str, float]]
    least: float
    least_at_time: float

    def is_version(self, question: str, statement: Statement, best: Statement) -> bool:
        """Whether a statement answers the question at some time, as the best one does."""
        if statement is best:
            return True
        if not can_be_version(question, statement, best):
            return False
        least = self.least if asked_time(question).tense is Tense.NOW else self.least_at_time
        return self.version_probability(question, statement, best) >= least

    def version_probability(self, question: str, statement: Statement, best: Statement) -> float:
        """Return P(a statement answers the question at some time, if the best one does)."""
        return 1 / (1 + math.exp(-self.version_logit(question, statement, best)))

    def fitness(
        self, question: str, statement: Statement, rivals: Sequence[Statement], weight_of_time: float = 1.0
    ) -> float:
        """Return how well a statement answers the question as of the asked time; larger is better.

        :param rivals: the statements to choose from, the best first.
        """
        asked = asked_time(question)
        features = fit_features(asked, statement, rivals)
        in_time = _weighted(self.tenses[asked.tense.value], features)
        return _weighted(self.relevance, features) + weight_of_time * in_time

    def version_logit(self, question: str, statement: Statement, best: Statement) -> float:
        """Return the logit of P(a statement answers the question at some time, if the best one does)."""
        logit = _weighted(self.versions, version_features(question, statement, best))
        return max(-MOST_LOGIT, min(MOST_LOGIT, logit))

    @classmethod
    def load(cls, path: Path = BUNDLED) -> TimeModel:
        """Read a model from its JSON file.

        :raises ModelError: if the file is missing or damaged.
        """
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{path} is not a model of answers in time: {error}") from None

    def save(self, path: Path) -> None:
        """Write the model to a JSON file."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


@cache
def bundled_time_model() -> TimeModel:
    """Return the model that comes with the package."""
    return TimeModel.load()


def is_rival(question: str, statement: Statement, best: Statement) -> bool:
    """Whether a statement may be the answer in place of the best one: comparable, and from a passage as near."""
    if statement is best:
        return True
    is_alike = are_comparable(statement.value, best.value) and is_as_near(statement, best)
    return is_alike and _may_change(question, statement, best)


def is_as_near(statement: Statement, best: Statement) -> bool:
    """Whether the passage of a statement holds nearly as much of the question as that of the best one."""
    words, most = (one.candidate.features["words"] for one in (statement, best))
    return words >= most - LESS_WORDS


def can_be_version(question: str, statement: Statement, best: Statement) -> bool:
    """Whether a statement is of the kind of the best one, and may have taken its place or lost it.

    What one article says of several things is of each of them, unless its words say that one of them is no longer
    so, or is what someone else counts.
    """
    if not are_comparable(statement.value, best.value) or not _may_change(question, statement, best):
        return False
    if _says_more(statement, best) or _counts_other(question, statement, best):
        return False
    return statement.candidate.article_id != best.candidate.article_id or _is_told(statement, best)


def _may_change(question: str, statement: Statement, best: Statement) -> bool:
    """Whether what a question asks for may change: not what someone did, or what was long ago."""
    if asks_for_lasting(question) or all(_asks_for_history(question, one) for one in (statement, best)):
        return False
    if statement.value.kind is Kind.WORDS and asks_for_event(question):
        return False
    are_history = (statement.is_history, best.is_history)
    return not (all(are_history) or (statement.value.kind is Kind.TIME and any(are_history)))


def is_rival_count(statement: Statement, best: Statement) -> bool:
    """Whether two numbers that stand together are what two sides count: "eight; the firm speaks of six"."""
    if statement.candidate.article_id != best.candidate.article_id:
        return False
    distance = abs(statement.candidate.start - best.candidate.start)
    return distance <= NEARBY and (statement.is_reckoned or best.is_reckoned)


def _asks_for_history(question: str, statement: Statement) -> bool:
    """Whether a question asks for a time long before an article, which then looks back."""
    period = asked_time(question).period(statement.date)
    return period is not None and period.days_to(statement.date) > HISTORY_DAYS


def _counts_other(question: str, statement: Statement, best: Statement) -> bool:
    """Whether the best number counts what is asked for, and another something else: 19 goals in 38 matches."""
    asked = content_words(question)
    return bool(best.counted & asked and statement.unit) and not statement.unit & (asked | best.unit)


def _is_told(statement: Statement, best: Statement) -> bool:
    """Whether the words around one of two statements say that it changed, or that it is what one side counts."""
    cues = any(one.superseded or one.current or one.corrects for one in (statement, best))
    return cues or is_rival_count(statement, best)


def _says_more(statement: Statement, best: Statement) -> bool:
    """Whether a statement may only say more of the same: "12 colleges, 5 of them in the north".

    Sentences that say both, without a word of change, say different things.
    """
    if statement.value.kind is Kind.WORDS and statement.sentence == best.sentence:
        return True
    return not _is_told(statement, best) and _mentions(statement, best) and _mentions(best, statement)


def version_features(question: str, statement: Statement, best: Statement) -> Features:
    """Return what tells whether a statement answers the question at some time, as the best one does."""
    candidate, words = statement.candidate, content_words(question)
    features, those_of_best = candidate.features, best.candidate.features
    said = content_words(statement.sentence) - content_words(candidate.text)
    is_words, is_told = statement.value.kind is Kind.WORDS, statement.superseded or statement.current
    return {
        "one": 1.0,
        "margin": features["margin"],
        "lead": candidate.rank - best.candidate.rank,
        "passage_words": features["words"] - those_of_best["words"],
        "words": len(words & said) / max(1, len(words)),
        "contrast": float(is_told and _mentions(statement, best)),
        "rival_count": float(is_rival_count(statement, best)),
        "ratio": _log_ratio(statement.value, best.value),
        "length": abs(features["length"] - those_of_best["length"]),
        "other_case": float(is_words and candidate.text[0].isupper() != best.candidate.text[0].isupper()),
    }


def _log_ratio(one: Value, other: Value) -> float:
    """Return how far one number is from another; 0 for what is no number."""
    if one.number is None or other.number is None:
        return 0.0
    return abs(math.log1p(abs(one.number)) - math.log1p(abs(other.number)))


def _mentions(statement: Statement, other: Statement) -> bool:
    """Whether the sentence of a statement says what the other one says, too: "310,000 customers, not 40,000"."""
    value = other.value
    if value.number is not None:
        return value.number in numbers_in(statement.sentence)
    return bool(value.words) and value.words <= content_words(statement.sentence)


def fit_features(asked: AskedTime, statement: Statement, rivals: Sequence[Statement]) -> Features:
    """Return what tells how well a statement answers the question as of the asked time, next to the others.

    :param rivals: the statements to choose from, the best first.
    """
    newest = max(rival.date for rival in rivals)
    oldest = min(rival.date for rival in rivals)
    features = {
        "margin": statement.candidate.features["margin"],
        "lead": statement.candidate.rank - rivals[0].candidate.rank,
        "newness": (statement.date - oldest).days / max(1, (newest - oldest).days),
        "newest": float(statement.date == newest),
        "oldest": float(statement.date == oldest),
        "superseded": float(statement.superseded),
    }
    return features | _period_features(asked, statement) if asked.tense is Tense.THEN else features


def _period_features(asked: AskedTime, statement: Statement) -> Features:
    period = asked.period(statement.date)
    if period is None:
        return {"named": 0.0, "within": 0.0, "before": 0.0, "after": 0.0}
    days = period.days_to(statement.date)
    named = any(one.first <= period.last and period.first <= one.last for one in statement.spoken)
    return {
        "named": float(named),
        "within": float(0 <= days <= REPORTED_DAYS),
        "before": math.log1p(max(0, -days)),
        "after": math.log1p(max(0, days)) * (not named),
    }


def _weighted(weights: Mapping[str, float], features: Features) -> float:
    return sum(weight * features[name] for name, weight in weights.items())
