from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import DataError
from qa.training.specialist.tasks import Task, hold_out, load_tasks, without

TEXT = "The mill employs Anna Berg, Carl Dahl and Eva Falk. It stands in Osk."


def write(path: Path, *lines: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def question(text: str, *answers: str) -> dict[str, object]:
    spans = [{"text": answer, "answer_start": TEXT.index(answer)} for answer in answers]
    return {"id": text, "question": text, "context": TEXT, "answers": spans}


def items(task: Task) -> list[str]:
    return [task.text[start:end] for start, end in task.items]


def test_claims_say_yes_no_or_neither(tmp_path: Path) -> None:
    labels = {"entailment": "yes", "contradiction": "no", "neutral": "unsaid"}
    lines = [{"premise": TEXT, "hypothesis": f"It is {label}.", "label": label} for label in labels]
    tasks = load_tasks(write(tmp_path / "claims.jsonl", *lines))
    assert [task.verdict for task in tasks] == list(labels.values())
    assert tasks[0] == Task("It is entailment.", TEXT, (), "yes")


def test_what_says_neither_yes_nor_no_is_left_out(tmp_path: Path) -> None:
    lines = [{"question": f"Is it {word}?", "context": TEXT, "yes_no": word} for word in ("yes", "no", "maybe")]
    assert [task.verdict for task in load_tasks(write(tmp_path / "yes_no.jsonl", *lines))] == ["yes", "no"]


def test_a_series_counts_as_its_items_and_several_answers_as_themselves(tmp_path: Path) -> None:
    series = question("Whom does the mill employ?", "Anna Berg, Carl Dahl and Eva Falk")
    apart = question("Which names stand there?", "Anna Berg", "Osk")
    file = write(tmp_path / "lists.jsonl", series, apart)
    assert [items(task) for task in load_tasks(file)] == [
        ["Anna Berg", "Carl Dahl", "Eva Falk"],
        ["Anna Berg", "Osk"],
    ]


def test_half_as_many_questions_have_one_item(tmp_path: Path) -> None:
    series = [question(f"Whom does mill {n} employ?", "Anna Berg, Carl Dahl and Eva Falk") for n in range(4)]
    single = [question(f"Whom did mill {n} hire?", "Anna Berg") for n in range(4)]
    tasks = load_tasks(write(tmp_path / "lists.jsonl", *series, *single))
    assert sorted(len(task.items) for task in tasks) == [1, 1, 3, 3, 3, 3]


def test_a_list_of_another_length_than_asked_for_is_left_out(tmp_path: Path) -> None:
    wrong = question("Which two people does the mill employ?", "Anna Berg, Carl Dahl and Eva Falk")
    assert load_tasks(write(tmp_path / "lists.jsonl", wrong)) == []


def test_what_shares_a_question_or_a_text_with_others_is_left_out() -> None:
    tasks = [
        Task("Is it old?", "a", (), "yes"),
        Task("Is it new?", "b", (), "no"),
        Task("Is it big?", "c", (), "no"),
    ]
    assert without(tasks, [("is it OLD", "x"), ("y", "B.")]) == tasks[2:]


def test_texts_are_held_out_whole() -> None:
    tasks = [Task(f"Is it {n}?", f"text {n // 2}", (), "yes") for n in range(20)]
    held = hold_out(tasks, 0.3, 0)
    assert len({task.text for task in held}) == 3
    assert len(held) == 6


def test_other_lines_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "claims.jsonl", {"premise": TEXT, "hypothesis": "It is old.", "label": "perhaps"})
    with pytest.raises(DataError, match="neither a claim nor a question"):
        load_tasks(file)
