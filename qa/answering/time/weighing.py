"""Weigh statements: which of them answer the question at some time, and how well their time fits the asked one.

Both are linear models with few features, fitted to the tuning half of our news questions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from qa.answering.confidence import Features
from qa.answering.time.asked_time import AskedTime, Tense
from qa.answering.time.statements import Statement
from qa.answering.time.values import Kind, are_comparable
from qa.english.content_words import content_words

__all__ = ["fit_features", "fitness", "is_version", "version_features"]

VERSION_WEIGHTS: Mapping[str, float] = {
    "one": 0.244,
    "margin": 0.077,
    "lead": 0.28,
    "cue": 0.53,
    "words": 1.044,
    "length": -0.811,
}
"""Of a logistic regression, fitted to the statements about the tuning half of our news questions."""
TENSE_WEIGHTS: Mapping[Tense, Mapping[str, float]] = {
    Tense.NOW: {
        "margin": -0.15,
        "rank": 0.73,
        "newness": 2.24,
        "newest": 0.28,
        "oldest": -0.28,
        "superseded": -0.2,
        "current": 0.35,
        "background": -0.65,
    },
    Tense.FIRST: {
        "margin": 0.33,
        "rank": 0.24,
        "newness": -0.26,
        "newest": -0.25,
        "oldest": 2.35,
        "superseded": 0.06,
        "current": -0.74,
        "background": 1.14,
    },
    Tense.THEN: {
        "margin": 0.12,
        "rank": 0.12,
        "newness": 0.39,
        "newest": -0.25,
        "oldest": -0.22,
        "superseded": -0.22,
        "current": 0.33,
        "background": -0.43,
        "named": 2.1,
        "within": 2.34,
        "before": -0.21,
        "after": -0.3,
    },
}
"""Of a conditional logit over the statements that answer a question, fitted to the same questions."""

LEAST_PROBABILITY = 0.35
"""How likely a statement must answer the question at some time to be a version of the answer."""
SHORTEST_DATELINE = 4
BACKGROUND_DAYS = 20
"""A sentence that names a period so long before its article speaks of what was then."""
REPORTED_DAYS = 2
"""News of a day is in articles of that day and the next two."""


def version_features(question: str, statement: Statement, best: Statement) -> Features:
    """Return what tells whether a statement answers the question at some time, as the best one does."""
    candidate, words = statement.candidate, content_words(question)
    said = content_words(statement.sentence) - content_words(candidate.text)
    return {
        "one": 1.0,
        "margin": candidate.features["margin"],
        "lead": candidate.rank - best.candidate.rank,
        "cue": float(statement.superseded or statement.current),
        "words": len(words & said) / max(1, len(words)),
        "length": abs(candidate.features["length"] - best.candidate.features["length"]),
    }


def is_version(question: str, statement: Statement, best: Statement) -> bool:
    """Whether a statement answers the question at some time. In one sentence, only numbers and times change."""
    if statement is best:
        return True
    if not are_comparable(statement.value, best.value) or _is_part(statement, best):
        return False
    logit = _weighted(VERSION_WEIGHTS, version_features(question, statement, best))
    return logit > math.log(LEAST_PROBABILITY / (1 - LEAST_PROBABILITY))


def _is_part(statement: Statement, best: Statement) -> bool:
    """Whether a statement may only say more of the same, or is the place in a dateline: "HALLAM (MPA) -"."""
    text = statement.candidate.text
    is_dateline = len(text) > SHORTEST_DATELINE and text.isupper() and not best.candidate.text.isupper()
    return is_dateline or (statement.value.kind is Kind.WORDS and statement.sentence == best.sentence)


def fit_features(asked: AskedTime, statement: Statement, versions: Sequence[Statement]) -> Features:
    """Return what tells how well the time of a statement fits the asked one, next to the other versions."""
    newest = max(version.date for version in versions)
    oldest = min(version.date for version in versions)
    features = {
        "margin": statement.candidate.features["margin"],
        "rank": statement.candidate.rank,
        "newness": (statement.date - oldest).days / max(1, (newest - oldest).days),
        "newest": float(statement.date == newest),
        "oldest": float(statement.date == oldest),
        "superseded": float(statement.superseded),
        "current": float(statement.current),
        "background": float(any(period.days_to(statement.date) > BACKGROUND_DAYS for period in statement.spoken)),
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


def fitness(asked: AskedTime, statement: Statement, versions: Sequence[Statement]) -> float:
    """Return how well the time of a statement fits the asked one; larger is better."""
    return _weighted(TENSE_WEIGHTS[asked.tense], fit_features(asked, statement, versions))


def _weighted(weights: Mapping[str, float], features: Features) -> float:
    return sum(weight * features[name] for name, weight in weights.items())
