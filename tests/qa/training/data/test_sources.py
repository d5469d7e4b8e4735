from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qa.errors import DataError
from qa.evaluation import Example
from qa.training.data.sources import load_sources, overlaps
from qa.training.recipe import Recipe, Source
from tests.qa.training.questions import examples, write


def recipe(**sources: Source) -> Recipe:
    return Recipe(sources)


def test_clean_files_are_taken_whole(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", examples(10))
    data = load_sources(tmp_path, recipe(a=Source("MIT")))
    assert data.training["a"] == examples(10)
    assert not data.held_out
    manifest = data.manifest["a"]
    assert (manifest["file"], manifest["licence"], manifest["trained_on"]) == ("a.jsonl", "MIT", 10)
    assert len(manifest["sha256"]) == 64


def test_what_is_evaluated_on_is_dropped(tmp_path: Path) -> None:
    questions = examples(10)
    write(tmp_path / "a.jsonl", questions)
    excluded = [
        replace(questions[2], context="Another paragraph.", question=f"  the {questions[2].question.upper()}"),
        replace(questions[5], question="Another question?", context=questions[5].context.replace(".", " ...")),
    ]
    data = load_sources(tmp_path, recipe(a=Source("MIT")), excluded)
    assert data.training["a"] == [one for i, one in enumerate(questions) if i not in (2, 5)]
    assert data.manifest["a"]["overlapping"] == 2
    assert not overlaps(data.training["a"], excluded)
    assert overlaps(questions, excluded) == [questions[2], questions[5]]


def test_nothing_comes_twice(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", examples(6))
    write(tmp_path / "b.jsonl", examples(6, "b", first=3))
    data = load_sources(tmp_path, recipe(a=Source("MIT"), b=Source("MIT")))
    assert [one.id for one in data.training["b"]] == ["b-6", "b-7", "b-8"]
    assert data.manifest["b"]["duplicates"] == 3


def test_an_answer_that_its_passage_does_not_hold_is_dropped(tmp_path: Path) -> None:
    good, bad = examples(2)
    write(tmp_path / "a.jsonl", [good, replace(bad, answers=("nowhere",), answer_starts=(1,))])
    assert load_sources(tmp_path, recipe(a=Source("MIT"))).training["a"] == [good]


def test_what_is_held_out_shares_no_paragraph_with_any_source(tmp_path: Path) -> None:
    first = examples(20)
    again = [replace(one, id=f"again-{i}", question=f"Again, {one.question}") for i, one in enumerate(first)]
    write(tmp_path / "a.jsonl", first)
    write(tmp_path / "b.jsonl", again)
    data = load_sources(tmp_path, recipe(a=Source("MIT", held_out=5), b=Source("MIT")))
    held_out = {one.context for one in data.held_out["a"]}
    assert len(data.held_out["a"]) == 5
    assert all(one.context not in held_out for examples_ in data.training.values() for one in examples_)
    assert (len(data.training["a"]), len(data.training["b"])) == (15, 15)


def test_sentences_are_joined_to_passages(tmp_path: Path) -> None:
    sentences = ["Lumen lies by the sea.", "It was founded in 1500.", "Its market is on Tuesday."]
    write(
        tmp_path / "a.jsonl",
        [
            Example(f"Wiki1k:news:7:0:{place}:x", f"Question {place}?", text, "", (text[:5],), (0,))
            for place, text in [(2, sentences[2]), (0, sentences[0]), (1, sentences[1])]
        ],
    )
    joined = load_sources(tmp_path, recipe(a=Source("MIT", join=True))).training["a"]
    assert [one.question for one in joined] == ["Question 0?", "Question 1?", "Question 2?"]
    for one in joined:
        assert one.context == " ".join(sentences)
        assert one.context.startswith(one.answers[0], one.answer_starts[0])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"neither a\.jsonl nor a\.json"):
        load_sources(tmp_path, recipe(a=Source("MIT")))


def test_a_source_rewords_the_questions_of_others(tmp_path: Path) -> None:
    first, second = examples(2)
    write(tmp_path / "a.jsonl", [first, second])
    lines = [
        {"of": first.id, "question": "In which year did the place begin?"},
        {"of": second.id, "question": "Who ended it?", "is_impossible": True},
    ]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    data = load_sources(tmp_path, recipe(a=Source("MIT"), b=Source("MIT", rewords=["a"])))
    assert data.training["b"] == [
        replace(first, id="b-1", question="In which year did the place begin?"),
        replace(second, id="b-2", question="Who ended it?", answers=(), answer_starts=()),
    ]


@pytest.mark.parametrize("line", [{"of": "nowhere", "question": "Who?"}, {"of": "towns-0"}, ["towns-0", "Who?"]])
def test_a_line_that_rewords_no_known_question_is_named(tmp_path: Path, line: object) -> None:
    write(tmp_path / "a.jsonl", examples(2))
    (tmp_path / "b.jsonl").write_text(json.dumps(line), "utf-8")
    with pytest.raises(DataError, match=r"b\.jsonl: line 1 is not a question in other words"):
        load_sources(tmp_path, recipe(a=Source("MIT"), b=Source("MIT", rewords=["a"])))
