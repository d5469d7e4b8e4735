"""The measure of answers from dated news."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.news import Question, articles_of, judge, load_stories, questions_of, succeeded, table
from qa.types import Disagreement, Version
from tests.qa.replies import abstained, answered, cited

STORY = {
    "id": "s",
    "articles": [
        {"id": "s-1", "title": "Flood", "date": "2025-02-01", "source": "The Post", "text": "Four people died."},
        {"id": "s-2", "title": "Toll", "date": "2025-02-03", "source": "The Post", "text": "Now twelve died."},
    ],
    "questions": [
        {"kind": "latest", "question": "How many died?"},
        {"kind": "absent", "question": "Who drowned?"},
    ],
}  # fmt: skip


def question(kind: str, answers: list[str], outdated: list[str], relation: str = "changed") -> Question:
    fields: dict[str, Any] = {"kind": kind, "answers": answers, "outdated": outdated, "relation": relation}
    return Question("s", {"id": "s-q1", "question": "How many died?"} | fields)


def test_stories_become_articles_and_questions(tmp_path: Path) -> None:
    file = tmp_path / "news.json"
    file.write_text(json.dumps({"stories": [STORY]}), "utf-8")
    stories = load_stories(file)
    first, second = articles_of(stories)
    assert (first.source, first.title, str(first.date)) == ("https://the-post.example/s-1", "Flood", "2025-02-01")
    assert first.id != second.id
    assert [(one.kind, one.text) for one in questions_of(stories)] == [
        ("latest", "How many died?"),
        ("absent", "Who drowned?"),
    ]


@pytest.mark.parametrize(
    ("answer", "right", "outdated"),
    [
        ("twelve", True, False),
        ("twelve lives", True, False),
        ("seven", False, True),
        ("seven lives", False, True),
        ("sixteen lives", False, False),
        ("the flood", False, False),
    ],
)
def test_an_outdated_answer_is_wrong(answer: str, right: bool, outdated: bool) -> None:
    reply = replace(answered(), answers=(replace(answered().answers[0], text=answer),))
    outcome = judge(question("latest", ["twelve", "twelve lives"], ["seven", "seven people"]), reply)
    assert (outcome.right, outcome.outdated) == (right, outdated)
    assert succeeded(outcome) == right


def test_refusing_is_right_where_the_articles_do_not_say() -> None:
    absent = question("absent", [], [], "none")
    assert succeeded(judge(absent, abstained()))
    assert not succeeded(judge(absent, answered()))


def test_both_sides_of_a_change_must_be_shown() -> None:
    versions = [Version(text, cited().date, (cited(),)) for text in ("seven", "twelve", "a boat")]  # type: ignore[arg-type]
    changed = question("latest", ["twelve"], ["seven"])
    both = replace(answered(), timeline=tuple(versions[:2]), disagreement=Disagreement.CHANGED)
    one = replace(answered(), timeline=tuple(versions[1:]), disagreement=Disagreement.CHANGED)
    plain = question("plain", ["Anna Berg"], [], "none")
    shown = table([judge(changed, both), judge(changed, one), judge(plain, one), judge(plain, answered())])
    assert "shown in 50.0% of 2, named rightly in 100.0%" in shown
    assert "claimed where there is none: 50.0% of 2" in shown
