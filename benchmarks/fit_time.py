"""Fit the model that chooses between answers of different times, and measure it on stories that it did not see.

    python -m benchmarks.fit_time benchmarks/questions/news-tune.json --readings news.readings
    python -m benchmarks.fit_time benchmarks/questions/news-tune.json MORE.json --save qa/models/time.json

The stories of each file are a library of their own. Each seventh of the stories is answered by a model that is
fitted to the others; the figures of `benchmarks.news` for facts are printed, of all these replies. The model that
is saved is fitted to all stories.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from benchmarks.news import (
    COMPARED,
    Question,
    articles_of,
    is_right,
    is_version,
    judge,
    load_stories,
    open_articles,
    questions_of,
    table,
)
from qa.answering.answers import AnswerGroup, find_answers
from qa.answering.citing import cite_answers, cite_candidates
from qa.answering.time.asked_time import Tense, asked_time, without_time
from qa.answering.time.choosing import answers_in_time, build_timeline
from qa.answering.time.statements import Statement
from qa.answering.time.values import same_value
from qa.answering.time.versions import fitting_statements
from qa.answering.time.weighing import (
    RELEVANCE,
    TimeModel,
    can_be_version,
    fit_features,
    is_rival,
    version_features,
)
from qa.assistant import Assistant
from qa.training.confidence.fit import fit_choice
from qa.types import Disagreement, Reply

KINDS = (*COMPARED, "plain", "absent")
FOLDS = 7
LEAST = 0.5
"""How likely a statement must answer the question at some time to be a version of the answer,"""
LEAST_AT_TIME = 0.35
"""and if the question names a time. The false claims that this costs are few: it is seldom asked of what lasts."""
STRENGTH = 0.1
"""Of the weights of the versions against their L2 penalty (scikit-learn's C)."""
L2 = 0.01
"""The penalty of the weights that choose. It makes them small,"""
SHARPNESS = 1.6
"""and this the probabilities as high as they are right."""


@dataclass(frozen=True)
class Case:
    """A question with what was found for it: its answers before the time counts, and the dates of the articles."""

    assistant: Assistant
    question: Question
    reply: Reply
    groups: Sequence[AnswerGroup]
    dates: Mapping[str, dt.date | None]

    @property
    def meaning(self) -> str:
        """The question as it was read."""
        return self.reply.read_as or self.reply.question

    @cached_property
    def statements(self) -> list[Statement]:
        """What the articles say of the kind that is asked for, the best first."""
        candidates = [candidate for group in self.groups for candidate in group.candidates]
        return fitting_statements(self.meaning, candidates, self.dates)


def main() -> None:
    """Print the figures on the stories that were left out; save a model if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    parser.add_argument("--save", type=Path, help="fit a model to all stories and write it to this file")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        cases: list[Case] = []
        for file in arguments.files:
            stories = load_stories(file)
            assistant = stack.enter_context(open_articles(articles_of(stories), arguments.readings))
            cases += find_cases(stories, assistant)
        outcomes = [judge(case.question, answer(case, model)) for ours, model in cross_fit(cases) for case in ours]
        print(table(outcomes))
        if arguments.save:
            fit(cases).save(arguments.save)


def cross_fit(cases: Sequence[Case]) -> Iterator[tuple[list[Case], TimeModel]]:
    """Yield the cases of each seventh of the stories, with the model that is fitted to the others."""
    names = list(dict.fromkeys(case.question.story for case in cases))
    for fold in range(FOLDS):
        held = set(names[fold::FOLDS])
        model = fit([case for case in cases if case.question.story not in held])
        yield [case for case in cases if case.question.story in held], model


def find_cases(stories: Sequence[Mapping[str, object]], assistant: Assistant) -> Iterator[Case]:
    """Yield the questions for facts, with what is found for them."""
    dates = {info.id: info.date for info in assistant.articles()}
    for question in questions_of(stories):
        if question.kind in KINDS and (reply := assistant.ask(question.text)).kind == "fact":
            timeless = without_time(reply.read_as or reply.question)
            groups = find_answers(timeless, reply.passages, reply.readings, assistant.confidence)
            yield Case(assistant, question, reply, groups, dates)


def answer(case: Case, model: TimeModel) -> Reply:
    """Return the reply to a question, had the model chosen."""
    assistant = case.assistant
    in_time = answers_in_time(case.meaning, case.groups, case.dates, assistant.confidence, model)
    answers = cite_answers(in_time.groups, assistant.library, len(case.reply.answers))
    least = case.reply.min_confidence
    versions = in_time.versions if in_time.confidence >= least else ()
    timeline = build_timeline(versions, partial(cite_candidates, library=assistant.library))
    return replace(
        case.reply,
        answers=tuple(answers),
        answer=answers[0] if answers and answers[0].confidence >= least else None,
        timeline=timeline,
        disagreement=in_time.disagreement if timeline else Disagreement.NONE,
    )


def fit(cases: Sequence[Case]) -> TimeModel:
    """Return the model that is fitted to these questions."""
    return TimeModel(fit_versions(cases), *fit_weights(cases), LEAST, LEAST_AT_TIME)


def fit_versions(cases: Sequence[Case]) -> dict[str, float]:
    """Fit P(a statement answers the question at some time, if the best one does) to the statements that may."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows, marks = [], []
    for case in cases:
        for statement, best in _pairs(case):
            rows.append(version_features(case.meaning, statement, best))
            marks.append(is_version(case.question, statement.candidate.text))
    names = [name for name in rows[0] if name != "one"]
    x = np.array([[row[name] for name in names] for row in rows])
    scaler = StandardScaler().fit(x)
    regression = LogisticRegression(C=STRENGTH, max_iter=1000).fit(scaler.transform(x), marks)
    weights = regression.coef_[0] / scaler.scale_
    return {"one": float(regression.intercept_[0] - weights @ scaler.mean_)} | dict(
        zip(names, weights.tolist(), strict=True)
    )


def fit_weights(cases: Sequence[Case]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Fit the choice between all that may be the answer: the weights for every tense, and those of each."""
    rows: list[dict[tuple[str, Tense | None], float]] = []
    marks: list[bool] = []
    owners: list[int] = []
    for case in cases:
        asked = asked_time(case.meaning)
        rivals = [one for one in case.statements if is_rival(case.meaning, one, case.statements[0])]
        right = [is_right(case.question, one.candidate.text) for one in rivals]
        if any(right) and not all(right):
            features = [fit_features(asked, one, rivals) for one in rivals]
            rows += [{_column(name, asked.tense): value for name, value in row.items()} for row in features]
            owners += [owners[-1] + 1 if owners else 0] * len(rivals)
            marks += right
    names = list(dict.fromkeys(name for row in rows for name in row))
    weights = fit_choice([[row.get(name, 0.0) for name in names] for row in rows], marks, owners, L2)
    by_name = {name: SHARPNESS * weight for name, weight in zip(names, weights, strict=True)}
    relevance = {name: by_name.pop((name, None)) for name in RELEVANCE}
    return relevance, {
        tense.value: {name: weight for (name, of), weight in by_name.items() if of is tense} for tense in Tense
    }


def _column(feature: str, tense: Tense) -> tuple[str, Tense | None]:
    """Return the column of a feature: each tense has its own, but for relevance."""
    return feature, None if feature in RELEVANCE else tense


def _pairs(case: Case) -> Iterator[tuple[Statement, Statement]]:
    """Yield the statements that may be other versions of the best one, if that is one, each with it."""
    if not case.statements or not is_version(case.question, case.statements[0].candidate.text):
        return
    best, *others = case.statements
    for statement in others:
        if can_be_version(case.meaning, statement, best) and not same_value(statement.value, best.value):
            yield statement, best


if __name__ == "__main__":
    main()
