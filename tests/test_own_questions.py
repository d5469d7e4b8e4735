"""The questions of our own in benchmarks/questions are consistent: what is tuned and measured rests on them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qa.english.content_words import content_words
from qa.english.sentences import sentence_at
from qa.evaluation import load_dataset
from qa.evaluation.metrics.squad import normalize

FILES = sorted((Path(__file__).parent.parent / "benchmarks" / "questions").glob("meaning-*.json"))
MOST_ANSWERS = 4
LEAST_ARTICLES = 30
FEWEST_WORDS, MOST_WORDS = 200, 400

# How many questions of each kind a file has at least.
ANSWERABLE = {"article-words": 50, "other-words": 80, "typed": 50}
UNANSWERABLE = {
    "near-entity": 28,
    "near-attribute": 28,
    "near-role": 28,
    "near-number": 14,
    "near-time": 14,
    "false-premise": 28,
}


def read(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return each question of a file, after the text of its article."""
    return [
        (paragraph["context"], question)
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


@pytest.fixture(params=FILES, ids=lambda file: str(file.name))
def questions(request: pytest.FixtureRequest) -> list[tuple[str, dict[str, Any]]]:
    file: Path = request.param
    return read(file)


def test_there_are_files() -> None:
    assert FILES


def test_there_are_enough_of_each_kind(questions: list[tuple[str, dict[str, Any]]]) -> None:
    counts = Counter(question["kind"] for _, question in questions)
    least = ANSWERABLE | UNANSWERABLE
    assert counts.keys() == least.keys()
    assert {kind: counts[kind] for kind in least if counts[kind] < least[kind]} == {}


def test_the_articles_are_short_and_enough(questions: list[tuple[str, dict[str, Any]]]) -> None:
    articles = {text for text, _ in questions}
    assert len(articles) >= LEAST_ARTICLES
    assert [text[:60] for text in articles if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS] == []


def test_the_kind_says_whether_there_is_an_answer(questions: list[tuple[str, dict[str, Any]]]) -> None:
    for _, question in questions:
        assert question["is_impossible"] == (question["kind"] in UNANSWERABLE), question
        assert bool(question["answers"]) == (question["kind"] in ANSWERABLE), question


def test_each_answer_is_a_slice_of_its_article(questions: list[tuple[str, dict[str, Any]]]) -> None:
    for text, question in questions:
        answers = question["answers"] + question.get("plausible_answers", [])
        assert len({answer["text"] for answer in answers}) == len(answers) <= MOST_ANSWERS, question
        for answer in answers:
            start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
            assert text[start:end] == answer["text"] == answer["text"].strip(), question
            assert normalize(answer["text"]), question


def test_other_words_are_other_words(questions: list[tuple[str, dict[str, Any]]]) -> None:
    """No content word of the question is in a sentence that answers it, except what is left of "doctor's": "s"."""
    for text, question in questions:
        if question["kind"] == "other-words":
            for answer in question["answers"]:
                start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
                sentence = text[slice(*sentence_at(text, start, end))]
                shared = content_words(question["question"]) & content_words(sentence)
                assert {word for word in shared if len(word) > 1} == set(), question


def test_typed_questions_look_typed(questions: list[tuple[str, dict[str, Any]]]) -> None:
    typed = [question["question"] for _, question in questions if question["kind"] == "typed"]
    assert [question for question in typed if question != question.lower() or "?" in question] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_the_evaluation_reads_it(file: Path) -> None:
    data = load_dataset(file)
    asked = [question for _, question in read(file)]
    assert [example.id for example in data.examples] == [question["id"] for question in asked]
    assert [list(example.answers) for example in data.examples] == [
        [answer["text"] for answer in question["answers"]] for question in asked
    ]
    assert len(data.articles) == len({text for text, _ in read(file)})


def test_nothing_comes_twice() -> None:
    """Not in one file, and not in two: what is tuned on is not tested on."""
    asked = [question for file in FILES for _, question in read(file)]
    articles = [text for file in FILES for text in {text for text, _ in read(file)}]
    for values in (
        [question["id"] for question in asked],
        [normalize(question["question"]) for question in asked],
        articles,
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []
