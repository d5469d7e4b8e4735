"""The questions in tests/data/seed_questions.jsonl are consistent: other tests and tunings rest on them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import seeds
from qa.assistant import Assistant
from qa.evaluation.metrics.squad import is_correct, normalize

FILE = Path(__file__).parent / "data" / "seed_questions.jsonl"


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def test_each_question_is_complete(questions: list[dict[str, Any]]) -> None:
    for question in questions:
        assert question.keys() == {"question", "answers", "kind", "split"}
        assert bool(question["answers"]) == (question["kind"] == "answerable")
        assert len(set(question["answers"])) == len(question["answers"])


def test_each_answer_is_a_slice_of_the_seed_article(questions: list[dict[str, Any]]) -> None:
    (article,) = Path(seeds.FOLDER).glob("000_*.txt")
    text = article.read_text(encoding="utf-8")
    for question in questions:
        for answer in question["answers"]:
            assert answer in text, question["question"]
            assert answer == answer.strip()
            assert normalize(answer)


def test_there_are_enough_of_each_kind_in_each_half(questions: list[dict[str, Any]]) -> None:
    counts = Counter((question["kind"], question["split"]) for question in questions)
    assert set(counts) == {(kind, half) for kind in ("answerable", "near", "other") for half in ("dev", "test")}
    for kind, least in (("answerable", 30), ("near", 15), ("other", 15)):
        assert counts[kind, "dev"] == counts[kind, "test"] >= least


def test_no_question_comes_twice(questions: list[dict[str, Any]]) -> None:
    assert len({normalize(question["question"]) for question in questions}) == len(questions)


def test_a_fresh_install_answers_and_refuses(questions: list[dict[str, Any]]) -> None:
    """At least four in five questions are answered right, and questions about other topics are refused.

    It asks both halves: one has only 40 questions with an answer, too few to measure a share.
    """
    right: dict[str, list[bool]] = {"answerable": [], "near": [], "other": []}
    with Assistant.in_memory() as assistant:
        for question in questions:
            answer = assistant.ask(question["question"]).answer
            wanted = question["answers"]
            good = bool(answer) and is_correct(answer.short, wanted) if wanted else answer is None
            right[question["kind"]].append(good)
    shares = {kind: sum(flags) / len(flags) for kind, flags in right.items()}
    assert shares["answerable"] >= 0.8, shares
    assert shares["other"] >= 0.95, shares
    assert shares["near"] >= 0.6, shares
