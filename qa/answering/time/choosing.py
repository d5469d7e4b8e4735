"""From versions to the timeline of a reply, and to answers whose confidence is as of the asked time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qa.answering.answers import AnswerGroup, Candidate
from qa.answering.confidence import Confidence
from qa.answering.time.asked_time import Tense, asked_time
from qa.answering.time.statements import find_statements
from qa.answering.time.versions import WeighedVersion, find_versions, fitting_statements
from qa.answering.time.weighing import TimeModel, bundled_time_model, is_as_near
from qa.english.question_kinds import kind_of
from qa.types import Citation, Disagreement, Version

__all__ = ["AnswersInTime", "answers_in_time", "build_timeline"]

EVIDENCE_WEIGHT = 0.5
"""The weight of time for yes or no, whose sentences are more different things than the versions of a fact."""
SAME_MOMENT_DAYS = 1
"""Articles whose dates are so near may speak of the same moment."""


@dataclass(frozen=True, slots=True)
class AnswersInTime:
    """Answers as of the asked time, the most confident first; the versions of the best, if several are sure."""

    groups: Sequence[AnswerGroup]
    versions: Sequence[WeighedVersion] = ()
    confidence: float = 0.0
    """P(any of the versions is right)."""

    @property
    def disagreement(self) -> Disagreement:
        """How the version that is asked for differs from the likeliest of the others."""
        if not self.versions:
            return Disagreement.NONE
        chosen, likeliest, *_ = self.versions
        return _relation(chosen, likeliest)


def answers_in_time(
    question: str,
    groups: Sequence[AnswerGroup],
    dates: Mapping[str, dt.date | None],
    model: Confidence,
    time_model: TimeModel | None = None,
) -> AnswersInTime:
    """Return the answers in the order of their confidence as of the asked time.

    The confidence in a version is P(any of the versions is right) times P(it is the one that is asked for). If
    sources differ about the same moment, the best stands for all that they say. If several versions surely answer
    the question at some time, these and the best are shown. Without dates, or if all articles say the same, the
    answers stay as they are.

    :param dates: the dates of the articles, by id.
    :param time_model: weighs the versions; the bundled one by default.
    """
    time_model = time_model or bundled_time_model()
    if kind_of(question) == "yes_no":
        return AnswersInTime(_evidence_first(question, groups, dates, time_model))
    candidates = [candidate for group in groups for candidate in group.candidates]
    found = find_versions(question, candidates, dates, time_model)
    if len(found) < 2:
        return AnswersInTime(_fitting_first(question, groups, dates))
    sure = [version for version in found if version.is_sure]
    by_version = [_groups_of(version, groups) for version in found]
    of_versions = [group for some in by_version for group in some]
    others = [group for group in groups if group not in of_versions]
    any_right = _confidence_in_any(of_versions, others, model)
    merged = [
        replace(_merged(version, some, any_right * chance), since=_news_since(question, version, sure))
        for version, some, chance in zip(found, by_version, _chances(found), strict=True)
    ]
    ranked = sorted([*merged, *others], key=lambda group: -group.confidence)
    shown = [version for version in found if version.is_sure or version is found[0]] if len(sure) > 1 else ()
    return AnswersInTime(_fitting_first(question, ranked, dates), shown, any_right)


def _evidence_first(
    question: str, groups: Sequence[AnswerGroup], dates: Mapping[str, dt.date | None], model: TimeModel
) -> list[AnswerGroup]:
    """Return the answers to a question for yes or no, first what decides it as of the asked time.

    It gets the confidence of the best one, which is in the sentence, whatever its time. What an article says of an
    event may be a plan or a rumour, and a later one says what came of it.
    """
    if not groups or not dates.get(groups[0].candidates[0].article_id):
        return list(groups)
    firsts = {group.candidates[0]: group for group in groups}
    statements = list(find_statements(question, firsts, dates))
    rivals = [statement for statement in statements if is_as_near(statement, statements[0])]
    chosen = max(rivals, key=lambda one: model.fitness(question, one, rivals, EVIDENCE_WEIGHT))
    first = firsts[chosen.candidate]
    others = [group for group in groups if group is not first]
    return [replace(first, confidence=groups[0].confidence), *others]


def _fitting_first(
    question: str, groups: Sequence[AnswerGroup], dates: Mapping[str, dt.date | None]
) -> list[AnswerGroup]:
    """Return answers of dated articles with those that are of another kind than is asked for at the end."""

    def fits(group: AnswerGroup) -> bool:
        best = group.candidates[0]
        return not dates.get(best.article_id) or bool(fitting_statements(question, [best], dates))

    return sorted(groups, key=lambda group: not fits(group))


def build_timeline(
    versions: Sequence[WeighedVersion], cite: Callable[[Sequence[Candidate]], Sequence[Citation]]
) -> tuple[Version, ...]:
    """Return the versions from the oldest to the newest, each with its citations.

    :param cite: returns the citations of candidates; of those that can no longer be cited, none.
    """
    timeline = tuple(_timeline(sorted(versions, key=_age), cite))
    return timeline if len(timeline) > 1 else ()


def _timeline(
    versions: Sequence[WeighedVersion], cite: Callable[[Sequence[Candidate]], Sequence[Citation]]
) -> Iterator[Version]:
    before: WeighedVersion | None = None
    for version in versions:
        citations = cite([statement.candidate for statement in version.by_date])
        if citations:
            relation = _relation(before, version) if before else Disagreement.NONE
            yield Version(citations[0].quote, version.said_on, tuple(citations), relation)
            before = version


def _news_since(question: str, version: WeighedVersion, versions: Sequence[WeighedVersion]) -> dt.date | None:
    """Return when another version was news last: what an article said before is of no use for what holds now."""
    if asked_time(question).tense is not Tense.NOW:
        return None
    news = [
        other.said_on
        for other in versions
        if other is not version
        and not other.is_superseded
        and _relation(version, other) is not Disagreement.SOURCES_DIFFER
    ]
    return max(news, default=None)


def _age(version: WeighedVersion) -> tuple[dt.date, bool]:
    """Return what orders versions: what no longer held is older than what the same day held."""
    return version.said_on, not version.is_superseded


def _chances(versions: Sequence[WeighedVersion]) -> list[float]:
    """Return P(it is asked for) of each version; of the best, with those that sources give of the same moment."""
    chosen, *others = versions
    same = [one for one in others if one.is_sure and _relation(chosen, one) is Disagreement.SOURCES_DIFFER]
    together = chosen.probability + sum(one.probability for one in same)
    return [together, *(one.probability for one in others)]


def _relation(one: WeighedVersion, other: WeighedVersion) -> Disagreement:
    before, after = sorted((one, other), key=_age)
    later = (one for one in before.statements if one.date >= after.said_on)
    if any(statement.corrects for statement in (*after.statements, *later)):
        return Disagreement.CORRECTED
    days = (after.said_on - before.said_on).days
    is_news = before.is_superseded or any(statement.current for statement in after.statements)
    return Disagreement.CHANGED if is_news or days > SAME_MOMENT_DAYS else Disagreement.SOURCES_DIFFER


def _groups_of(version: WeighedVersion, groups: Sequence[AnswerGroup]) -> list[AnswerGroup]:
    """Return the answers that say what a version says."""
    said = {statement.candidate for statement in version.statements}
    return [group for group in groups if said.intersection(group.candidates)]


def _confidence_in_any(versions: Sequence[AnswerGroup], others: Sequence[AnswerGroup], model: Confidence) -> float:
    """Return P(any of the versions is right): they are no rivals of each other, and their shares add up."""
    best = max(versions, key=lambda group: group.confidence)
    rank = best.candidates[0].rank
    rival = max((group.candidates[0].rank for group in others), default=None)
    together = {
        "gap": rank - rival if rival is not None else 0.0,
        "share": sum(group.features["share"] for group in versions),
    }
    return max(best.confidence, model.predict(best.features | together))


def _merged(version: WeighedVersion, groups: Sequence[AnswerGroup], confidence: float) -> AnswerGroup:
    """Return the answers that say the same as one, the statements that fit the asked time best first."""
    first = [statement.candidate for statement in version.statements]
    rest = [candidate for group in groups for candidate in group.candidates if candidate not in first]
    return replace(groups[0], candidates=(*first, *rest), confidence=confidence)
