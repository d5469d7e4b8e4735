from __future__ import annotations

from typing import Any

from qa.evaluation.predictions import Prediction
from qa.evaluation.summary import summarize
from tests.qa.evaluation.report.making import WRONG, line


def asked(question: str, **changes: Any) -> Prediction:
    return line(question=question, **changes)


def test_a_run_in_words() -> None:
    wrong, refused, misled = (
        WRONG[kind] for kind in ("wrong span", "should have answered", "should have abstained")
    )
    lines = [
        *[line()] * 6,
        *[wrong | {"question": "Why was it rebuilt?"}] * 3,
        refused | {"question": "Why so late?"},
        *[misled | {"question": "Where is Nils Lund?"}] * 2,
        misled | {"question": "Where is Ada?", "answered": False},
    ]
    assert summarize(lines) == [  # type: ignore[arg-type]
        "Answered right: 60% (6 of 10) of the questions that the articles answer; 3 wrong, 1 refused",
        "Refused rightly: 33% (1 of 3) of the questions that they do not answer",
        "Right when it answers: 55% (6 of 11) of the answers",
        "Fails most on: why (4 of 4), where (2 of 3)",
    ]


def test_kinds_that_the_data_names_come_before_question_words_and_rare_ones_are_left_out() -> None:
    wrong = WRONG["wrong span"]
    lines = [
        *[line(kind="plain")] * 4,
        *[wrong | {"kind": "in other words"}] * 3,
        *[wrong | {"kind": "rare"}] * 2,
    ]
    assert summarize(lines)[-1] == "Fails most on: in other words (3 of 3)"  # type: ignore[arg-type]


def test_when_all_is_right_and_every_question_has_an_answer() -> None:
    assert summarize([line(), line()]) == [
        "Answered right: 100% (2 of 2) of the questions that the articles answer; 0 wrong, 0 refused",
        "Refused rightly: no question, as the articles answer all of them",
        "Right when it answers: 100% (2 of 2) of the answers",
        "Fails most on: nothing, all is right",
    ]


def test_when_the_articles_answer_nothing_and_nothing_is_answered() -> None:
    refused = WRONG["should have abstained"] | {"answered": False}
    assert summarize([refused]) == [  # type: ignore[list-item]
        "Answered right: no question, as the articles answer none of them",
        "Refused rightly: 100% (1 of 1) of the questions that they do not answer",
        "Right when it answers: it answered no question",
        "Fails most on: nothing, all is right",
    ]


def search(rank: int | None, question: str = "Who?") -> Any:
    return {**line(question=question), "ranks": {"final": rank}}


UNANSWERED = {**line(question="Why?"), "ranks": {}}


def test_a_search_in_words() -> None:
    lines = [search(1), search(5), *[search(None, "When?")] * 3, search(9), *[UNANSWERED] * 3]
    assert summarize(lines) == [
        "Found first: 17% (1 of 6) of the questions that the articles answer",
        "Found among the first 5: 33% (2 of 6) of the questions that the articles answer",
        "Found among the first 20: 50% (3 of 6) of the questions that the articles answer",
        "Fails most on: when (3 of 3), who (1 of 3)",
    ]


def test_a_search_for_what_no_article_answers() -> None:
    assert summarize([UNANSWERED]) == [  # type: ignore[list-item]
        "Found first: no question, as the articles answer none of them",
        "Found among the first 5: no question, as the articles answer none of them",
        "Found among the first 20: no question, as the articles answer none of them",
        "Fails most on: nothing",
    ]


def test_without_questions_there_is_nothing_to_say() -> None:
    assert summarize([]) == ["No question was asked"]
