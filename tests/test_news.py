"""The measure of answers from dated news."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.kept_readings import KeepingReader
from benchmarks.news import Question, articles_of, judge, load_stories, questions_of, succeeded, table
from benchmarks.unchanged import row
from qa.evaluation import Example
from qa.types import Disagreement, Reading, Span, Version
from tests.qa.replies import abstained, answered, cited, quoted
from tests.toys import ToyReader

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


def composed(kind: str, **fields: Any) -> Question:
    return Question("s", {"id": "s-q1", "question": "Who?", "kind": kind, "relation": "none"} | fields)


def test_a_list_is_right_if_its_parts_are_those_expected() -> None:
    towns = composed("list", answers=[], parts=[["Anna Berg", "Berg"], ["1931"]])
    both = replace(answered().answers[0], parts=(cited(), cited("1931")))
    assert judge(towns, replace(answered(), answer=both, answers=(both,))).right
    assert not judge(towns, answered()).right
    assert "lists: exact-match F1 66.7" in table([judge(towns, answered())])


def test_a_verdict_must_be_given_and_right() -> None:
    asked = composed("yes_no", answers=[], verdict="yes", evidence=[cited().sentence])
    yes = replace(answered().answers[0], verdict="yes")
    given = judge(asked, replace(answered(), answer=yes, answers=(yes,)))
    assert given.right
    assert not judge(asked, answered()).right
    expected = "verdicts: given to 1 of 2, right in 1 of those; deciding sentence quoted in 2 of 2"
    assert expected in table([given, judge(asked, answered())])


def test_a_reason_must_be_complete() -> None:
    fields = {"answers": ["Anna Berg"], "contains": ["Anna", "Berg"]}
    assert judge(composed("why_how", **fields), answered()).right
    assert not judge(composed("why_how", **fields | {"contains": ["1931"]}), answered()).right


def test_an_open_question_is_right_if_half_of_the_evidence_is_quoted() -> None:
    evidence = ["It is busy.", "Lumen is a town.", "It is not."]
    assert judge(composed("open", answers=[], evidence=evidence[:2]), quoted()).right
    missing = judge(composed("open", answers=[], evidence=evidence), quoted())
    assert not missing.right
    assert "open questions: 33.3% of 3 evidence sentences quoted" in table([missing])


def test_a_supported_answer_is_judged_by_its_text_whatever_its_kind() -> None:
    other = replace(cited(), article_id="b")
    supported = answered(cited(), other)
    right = composed("list", answers=[], outdated=[], parts=[["Anna Berg"], ["1931"]])
    wrong = question("absent", [], [], "none")
    outcomes = [judge(right, supported), judge(wrong, supported), judge(right, answered())]
    assert "support of two or more: 1 of 2 answers right" in table(outcomes)


def test_what_the_reader_found_is_kept_for_the_next_run(tmp_path: Path) -> None:
    class Reader(ToyReader):
        def reading(self, question: str, passage: str) -> Reading:
            return Reading((Span(0, len(passage), 2.5),), -1.0)

    pairs = [("Who?", "Anna Berg"), ("Who?", "Ines"), ("Who?", "Ines")]
    first = KeepingReader(Reader(), tmp_path / "readings")
    readings = first.read_pairs(pairs)
    again = ToyReader()
    assert KeepingReader(again, tmp_path / "readings").read_pairs(pairs) == readings
    assert not again.pairs


def test_an_unchanged_answer_that_claims_a_change_is_counted() -> None:
    example = Example("1", "Who rebuilt the harbour?", "", answers=("Anna Berg",))
    changed = replace(answered(cited("1931")), disagreement=Disagreement.CHANGED)
    counted = row("dated", [example] * 3, [answered(), changed, abstained()])
    assert counted == "dated    3 asked, 1 right, 1 wrong, a change claimed in 1"
