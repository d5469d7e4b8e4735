"""The versions of an answer: what dated articles say to one question, grouped by what they say."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.answering.answers import Candidate
from qa.answering.time.asked_value import asks_for_difference, fits_question
from qa.answering.time.statements import Statement, find_statements
from qa.answering.time.values import same_value
from qa.answering.time.weighing import TimeModel, is_rival

__all__ = ["WeighedVersion", "find_versions", "fitting_statements"]

LESS_SURE = 4.0
"""By how many logits the reader may prefer another article that says the same, where both say so of their time."""


@dataclass(frozen=True, slots=True)
class WeighedVersion:
    """Statements that say the same, the best first, and P(it is the version that is asked for).

    ``is_sure`` says whether it surely answers the question at some time.
    """

    statements: tuple[Statement, ...]
    probability: float
    is_sure: bool

    @property
    def said_on(self) -> dt.date:
        """The date of the first article that says so of its own time or, if none does, that mentions it.

        An article in which the reader sees it far less surely may only mention it: a candidate is no mayor yet.
        """
        own = [statement for statement in self.statements if not statement.superseded] or self.statements
        least = max(statement.candidate.features["margin"] for statement in own) - LESS_SURE
        return min(one.date for one in own if one.candidate.features["margin"] >= least)

    @property
    def by_date(self) -> list[Statement]:
        """The statements, those of their own time first, the earliest first."""
        return sorted(self.statements, key=lambda statement: (statement.superseded, statement.date))

    @property
    def is_superseded(self) -> bool:
        """Whether the articles say so only of what no longer holds."""
        return all(statement.superseded for statement in self.statements)


def find_versions(
    question: str,
    candidates: Iterable[Candidate],
    dates: Mapping[str, dt.date | None],
    model: TimeModel,
) -> list[WeighedVersion]:
    """Return what candidates give as the answer at some time, the one that is asked for first.

    The best-ranked candidate of the kind that is asked for says what the answer is like. There are none if its
    article has no date.

    :param dates: the dates of the articles, by id.
    """
    statements = fitting_statements(question, candidates, dates)
    if not statements:
        return []
    best = statements[0]
    rivals = [
        statement
        for statement in statements
        if is_rival(question, statement, best) or model.is_version(question, statement, best)
    ]
    fits = {id(statement): model.fitness(question, statement, rivals) for statement in rivals}
    groups = list(_by_value(rivals))
    chances = _softmax([max(fits[id(statement)] for statement in group) for group in groups])
    weighed = [
        WeighedVersion(
            tuple(sorted(group, key=lambda statement: -fits[id(statement)])),
            chance,
            any(model.is_version(question, statement, best) for statement in group),
        )
        for group, chance in zip(groups, chances, strict=True)
    ]
    return sorted(weighed, key=lambda version: -version.probability)


def fitting_statements(
    question: str, candidates: Iterable[Candidate], dates: Mapping[str, dt.date | None]
) -> list[Statement]:
    """Return the statements of the kind that is asked for, the best first.

    There are none if the article of the best candidate has no date.
    """
    ranked = sorted(candidates, key=lambda candidate: -candidate.rank)
    if not ranked or not dates.get(ranked[0].article_id):
        return []
    statements = find_statements(question, ranked, dates)
    differs = asks_for_difference(question)
    return [one for one in statements if fits_question(question, one.value) and (differs or not one.is_difference)]


def _by_value(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    groups: list[list[Statement]] = []
    for statement in statements:
        for group in groups:
            if same_value(statement.value, group[0].value):
                group.append(statement)
                break
        else:
            groups.append([statement])
    return iter(groups)


def _softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits, default=0.0)
    powers = [math.exp(logit - highest) for logit in logits]
    return [power / sum(powers) for power in powers]
