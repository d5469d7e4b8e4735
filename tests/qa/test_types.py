from __future__ import annotations

import datetime as dt
import json
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ArticleError
from qa.types import (
    AddReport,
    AddResult,
    Answer,
    Article,
    Citation,
    Filters,
    Heading,
    Passage,
    Reply,
    is_made_source,
)

TEXT = st.text(st.characters(codec="utf-8"))


def test_article_id_comes_from_the_source_alone() -> None:
    assert Article("one", source="a.txt").id == Article("two", source="a.txt", title="T").id
    assert Article("one", source="a.txt").id != Article("one", source="b.txt").id


@given(TEXT, TEXT)
def test_articles_without_source_are_told_apart_by_text(one: str, other: str) -> None:
    assert (Article(one).id == Article(other).id) == (one == other)


def test_a_source_that_was_made_is_known_as_one() -> None:
    assert is_made_source(Article("A town.").source)
    assert not is_made_source(Article("A town.", source="text:towns.txt").source)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "other"},
        {"title": "other"},
        {"date": dt.date(2024, 1, 2)},
        {"headings": (Heading(0, 1, 1),)},
        {"pages": (0,)},
        {"tags": ("x",)},
        {"metadata": {"author": "x"}},
    ],
)
def test_content_hash_sees_every_change(change: dict[str, object]) -> None:
    article = Article("text", source="s")
    assert replace(article, **change).content_hash != article.content_hash
    assert Article("text", source="s").content_hash == article.content_hash


def test_articles_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Article("text").text = "other"  # type: ignore[misc]


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ArticleError, match="surrogate"):
        Article("broken \ud83d")


def test_page_at() -> None:
    article = Article("aaabbbccc", pages=(0, 3, 6))
    assert [article.page_at(offset) for offset in (0, 2, 3, 5, 6, 8)] == [1, 1, 2, 2, 3, 3]
    assert Article("aaa").page_at(1) is None


def test_headings_at_gives_the_path() -> None:
    text = "One\na\nTwo\nb\nThree\nc\nFour\nd"
    levels = {"One": 1, "Two": 2, "Three": 2, "Four": 1}
    headings = tuple(Heading(text.index(h), text.index(h) + len(h), level) for h, level in levels.items())
    article = Article(text, headings=headings)

    def path(letter: str) -> list[str]:
        return [text[h.start : h.end] for h in article.headings_at(text.index(f"\n{letter}"))]

    assert [path(letter) for letter in "abcd"] == [["One"], ["One", "Two"], ["One", "Three"], ["Four"]]


def test_filters_are_true_when_they_restrict() -> None:
    assert not Filters()
    assert Filters(tags=("x",))
    assert Filters(after=dt.date(2024, 1, 1))


def test_reply_to_dict_is_json_with_the_promised_keys() -> None:
    citation = Citation("a", "T", dt.date(2024, 1, 2), "s", 0, 3, "two", "two.", 0, 4, None, Passage("a", 0, 4))
    answer = Answer("two", 0.9, (citation, replace(citation, article_id="b"), citation))
    reply = Reply("q?", answer, (answer,), (), 0.5, {"read": 0.1})
    plain = json.loads(json.dumps(reply.to_dict()))
    assert plain["abstained"] is False
    assert plain["answer"]["text"] == "two"
    assert plain["answer"]["support"] == 2
    wanted = {"article_id", "title", "date", "source", "start", "end", "quote", "sentence", "page"}
    assert wanted <= plain["answer"]["citations"][0].keys()
    assert plain["answer"]["citations"][0]["date"] == "2024-01-02"
    assert replace(reply, answer=None).to_dict()["answer"] is None


def test_add_report_counts() -> None:
    report = AddReport(
        (AddResult("a", "added"), AddResult("b", "failed", reason="broken"), AddResult("c", "added"))
    )
    assert str(report) == "2 added, 1 failed"
    assert [result.source for result in report.failures] == ["b"]
    assert str(AddReport(())) == "nothing to add"
