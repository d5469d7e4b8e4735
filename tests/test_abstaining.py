"""The measure of what is answered and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.abstaining import Outcome, ask_all, table
from qa.evaluation.data.examples import load_examples

CONTEXTS = {
    "Lumen": "Lumen is a town by the sea. It was founded in 1830 by monks.",
    "Karst": "Karst is a village in the hills. Its mill burnt down in 1901.",
}


def squad(path: Path) -> Path:
    """Write four questions of two kinds."""
    questions = [
        ("Lumen", "When was Lumen founded?", "1830", "in its words"),
        ("Karst", "When did the mill of Karst burn down?", "1901", "in its words"),
        ("Lumen", "Who painted the ceiling of the opera in Vienna?", "", "absent"),
        ("Karst", "How many moons has Jupiter?", "", "absent"),
    ]
    data = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": context,
                    "qas": [
                        {
                            "id": question,
                            "question": question,
                            "kind": kind,
                            "is_impossible": not answer,
                            "answers": [{"text": answer, "answer_start": context.index(answer)}] if answer else [],
                        }
                        for place, question, answer, kind in questions
                        if place == title
                    ],
                }
            ],
        }
        for title, context in CONTEXTS.items()
    ]
    path.write_text(json.dumps({"version": "v2.0", "data": data}), "utf-8")
    return path


def test_answers_and_refusals_are_counted_by_kind(tmp_path: Path) -> None:
    outcomes = ask_all(squad(tmp_path / "questions.json"))
    assert {outcome.kind: outcome.answerable for outcome in outcomes} == {"in its words": True, "absent": False}
    answered = [outcome for outcome in outcomes if outcome.kind == "in its words"]
    assert all(outcome.right and outcome.given and outcome.margin > 0 for outcome in answered)
    assert not any(outcome.given for outcome in outcomes if outcome.kind == "absent")
    assert table(outcomes).splitlines()[1].split()[:2] == ["absent", "2"]


def test_only_the_own_passages_are_searched_if_asked_for(tmp_path: Path) -> None:
    lines = [
        {"id": f"{number}", "question": "When was Lumen founded?", "context": context, "answers": []}
        for number, context in enumerate([CONTEXTS["Karst"], "Karst has a lake."])
    ]
    lines.append({"id": "2", "question": "Where?", "context": CONTEXTS["Lumen"], "answers": [{"text": "sea"}]})
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    first, second = sorted(ask_all(path, own_passages=True), key=lambda outcome: outcome.answerable)
    assert not first.given
    assert second.answerable


def test_the_table_tells_right_wrong_and_refused() -> None:
    outcomes = [
        Outcome("a", True, True, True, 0.9, 5.0),
        Outcome("a", True, False, True, 0.8, 4.0),
        Outcome("b", False, False, False, 0.1, -3.0),
        Outcome("b", False, False, True, 0.7, 6.0),
    ]
    lines = table(outcomes).splitlines()
    assert lines[1].split() == ["a", "2", "50%", "50%", "50%", "0%"]
    assert lines[2].split() == ["b", "2", "0%", "0%", "50%", "50%"]
    assert lines[3].split() == ["all", "4", "25%", "25%", "50%", "25%"]
    assert lines[4].startswith("right of those given 33.3%")
    assert [line.split(":")[0] for line in lines[5:]] == ["by confidence", "by margin"]


@pytest.mark.parametrize("name", ["meaning-tune.json", "meaning-test.json"])
def test_our_own_questions_have_kinds(name: str) -> None:
    examples = load_examples(Path("benchmarks/questions") / name)
    assert len({example.kind for example in examples} - {""}) == 9
