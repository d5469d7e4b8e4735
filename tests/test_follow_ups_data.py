"""The conversations in tests/data/follow_ups are consistent: the figures of follow-up questions rest on them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "data" / "follow_ups"
FOLLOW_UPS = {"pronoun", "ellipsis", "why", "noun-phrase", "comparison"}
STANDALONE = {"standalone-same-article", "standalone-other-article", "standalone-with-pronoun-inside"}


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles() -> dict[str, dict[str, Any]]:
    return {article["id"]: article for article in read("articles.jsonl")}


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, Any]]:
    return read("pairs.jsonl")


def test_no_id_comes_twice(pairs: list[dict[str, Any]]) -> None:
    for rows in (read("articles.jsonl"), pairs):
        assert len({row["id"] for row in rows}) == len(rows)


def test_each_article_is_complete_and_short(articles: dict[str, dict[str, Any]]) -> None:
    for article in articles.values():
        assert article.keys() == {"id", "half", "title", "date", "text"}
        assert article["half"] in {"development", "test"}, article["id"]
        assert 120 <= len(article["text"].split()) <= 250, article["id"]


def test_each_pair_is_complete(pairs: list[dict[str, Any]], articles: dict[str, dict[str, Any]]) -> None:
    fields = {"id", "article", "first", "first_answer", "second", "article_of_second"}
    for pair in pairs:
        assert pair.keys() == fields | {"answers", "is_follow_up", "rewritten", "kind"}
        assert {pair["article"], pair["article_of_second"]} <= articles.keys(), pair["id"]
        for question in (pair["first"], pair["second"], pair["rewritten"]):
            assert question
            assert question == question.strip(), pair["id"]


def test_each_answer_is_a_slice_of_its_article(
    pairs: list[dict[str, Any]], articles: dict[str, dict[str, Any]]
) -> None:
    for pair in pairs:
        assert pair["first_answer"], pair["id"]
        assert pair["first_answer"] in articles[pair["article"]]["text"], pair["id"]
        assert len(set(pair["answers"])) == len(pair["answers"]), pair["id"]
        for answer in pair["answers"]:
            assert answer, pair["id"]
            assert answer == answer.strip(), pair["id"]
            assert answer in articles[pair["article_of_second"]]["text"], pair["id"]


def test_a_kind_is_of_follow_ups_or_of_other_questions(pairs: list[dict[str, Any]]) -> None:
    for pair in pairs:
        assert pair["kind"] in (FOLLOW_UPS if pair["is_follow_up"] else STANDALONE), pair["id"]
        assert (pair["rewritten"] != pair["second"]) == pair["is_follow_up"], pair["id"]
        same = pair["article"] == pair["article_of_second"]
        assert same or pair["kind"] != "standalone-same-article", pair["id"]
        assert not same or pair["kind"] != "standalone-other-article", pair["id"]


def test_there_are_enough_of_each(pairs: list[dict[str, Any]]) -> None:
    assert len(pairs) >= 150
    assert len({pair["article"] for pair in pairs}) >= 30
    follow_ups = [pair for pair in pairs if pair["is_follow_up"]]
    assert 0.4 <= len(follow_ups) / len(pairs) <= 0.6
    assert 0.05 <= sum(not pair["answers"] for pair in follow_ups) / len(follow_ups) <= 0.15
    counts = Counter(pair["kind"] for pair in pairs)
    assert counts.keys() == FOLLOW_UPS | STANDALONE
    assert min(counts.values()) >= 10


def test_no_conversation_comes_twice(pairs: list[dict[str, Any]]) -> None:
    assert len({(pair["first"].lower(), pair["second"].lower()) for pair in pairs}) == len(pairs)
