from __future__ import annotations

import datetime as dt
import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ArticleError, SettingsError
from qa.types import (
    FILE_SHA256,
    AddReport,
    AddResult,
    Answer,
    Article,
    Citation,
    Disagreement,
    Filters,
    Heading,
    Passage,
    Period,
    Place,
    Reply,
    Version,
    is_made_source,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def test_article_id_comes_from_the_source_alone() -> None:
    assert Article("one", source="a.txt").id == Article("two", source="a.txt", title="T").id
    assert Article("one", source="a.txt").id != Article("one", source="b.txt").id


@given(TEXT, TEXT)
def test_articles_without_a_source_are_distinguished_by_text(one: str, other: str) -> None:
    assert (Article(one).id == Article(other).id) == (one == other)


def test_a_source_derived_from_the_text_is_recognized() -> None:
    assert is_made_source(Article("A town.").source)
    assert not is_made_source(Article("A town.", source="text:towns.txt").source)


def test_content_hash_does_not_see_which_file_the_text_was_read_from() -> None:
    article = Article("text", metadata={"author": "Ada"})
    read_from = replace(article, metadata={"author": "Ada", FILE_SHA256: "0" * 64})
    assert read_from.content_hash == article.content_hash


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


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"text": "broken \ud83d"}, r"^text contains a lone surrogate.* at 7: remove it$"),
        ({"text": "a\0b"}, r"^text contains a NUL character at 1: remove it$"),
        ({"title": "\ud800"}, "^title contains a lone surrogate"),
        ({"source": "news/\0"}, "^source contains a NUL"),
        ({"tags": ("x", "\udfff")}, "^a tag contains a lone surrogate"),
        ({"metadata": {"\ud800": "x"}}, "^metadata contains a lone surrogate"),
        ({"metadata": {"x": "\0"}}, "^metadata contains a NUL"),
        ({"text": b"bytes"}, "^text must be a string, not b'bytes'$"),
        ({"text": None}, "^text must be a string, not None$"),
        ({"title": 3}, "^title must be a string"),
        ({"tags": "war"}, r"^tags must be a list of str, not 'war'; write \['war'\] for one$"),
        ({"tags": ("war", 3)}, "^tags must be a list of str"),
        ({"tags": None}, "^tags must be a list of str"),
        ({"pages": ("1",)}, "^pages must be a list of int"),
        ({"headings": ((0, 1, 1),)}, "^headings must be a list of Heading"),
        ({"metadata": [("a", "b")]}, "^metadata must map strings to strings"),
        ({"metadata": {"a": 1}}, "^metadata must be a string, not 1$"),
        ({"date": "yesterday"}, "^date must be a date, or a string such as 2024-05-01, not 'yesterday'$"),
        ({"date": 20240501}, "^date must be a date"),
        ({"date": ""}, "^date must be a date"),
    ],
)
def test_an_article_refuses_what_cannot_be_stored_and_read_back(values: dict[str, object], message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        Article(**{"text": "text"} | values)


def test_the_message_about_a_long_value_is_short() -> None:
    with pytest.raises(ArticleError) as caught:
        Article(b"bytes" * 100_000)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "date",
    ["2024-05-01", "20240501", "2024-05-01T23:59:00+02:00", dt.datetime(2024, 5, 1, 23), dt.date(2024, 5, 1)],
)
def test_dates_are_parsed(date: object) -> None:
    article, filters = Article("text", date=date), Filters(after=date, before=date)
    assert article.date == filters.after == filters.before == dt.date(2024, 5, 1)
    assert type(article.date) is type(filters.after) is dt.date


def test_collections_become_tuples_and_metadata_is_copied() -> None:
    metadata = {"author": "x"}
    article = Article("text", headings=[Heading(0, 1, 1)], pages=iter([0]), tags=["war"], metadata=metadata)
    metadata["author"] = "y"
    assert article == Article(
        "text", headings=(Heading(0, 1, 1),), pages=(0,), tags=("war",), metadata={"author": "x"}
    )
    assert Filters(sources=["a"], tags={"b"}, articles=iter("c")) == Filters(None, None, ("a",), ("b",), ("c",))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tags": "war"}, r"^tags must be a list of str, not 'war'; write \['war'\] for one$"),
        ({"sources": "news/*"}, "^sources must be a list"),
        ({"articles": "0123"}, "^articles must be a list"),
        ({"articles": (3,)}, "^articles must be a list"),
        ({"after": "May"}, "^after must be a date"),
        ({"before": 2024}, "^before must be a date"),
        ({"keep_undated": "no"}, "^keep_undated must be True or False"),
    ],
)
def test_filters_of_a_wrong_type_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Filters(**values)


def test_a_stored_article_is_not_checked() -> None:
    """Libraries of earlier versions hold articles with NUL characters."""
    values = {"text": "a\0b", "title": "", "source": "s", "date": None, "headings": (), "pages": (), "tags": ()}
    article = Article.stored(**values, metadata={})
    assert (article.text, article.id) == ("a\0b", Article("other", source="s").id)


def test_page_at() -> None:
    article = Article("aaabbbccc", pages=(0, 3, 6))
    assert [article.page_at(offset) for offset in (0, 2, 3, 5, 6, 8)] == [1, 1, 2, 2, 3, 3]
    assert Article("aaa").page_at(1) is None


def test_pages_read_by_ocr() -> None:
    article = Article("abcdefgh", pages=(0, 3, 6), metadata={"ocr_pages": "2 13"})
    assert [article.is_ocr_at(offset) for offset in (0, 3, 6)] == [False, True, False]
    assert not Article("aaa", metadata={"ocr_pages": "1"}).is_ocr_at(0)


def test_place_at() -> None:
    def at(article: Article) -> list[str]:
        return [article.place_at(offset) for offset in (0, 3, 4, 8, 11)]

    text = "One\nTwo\nThree"
    assert at(Article(text)) == [""] * 5
    assert at(Article(text, pages=(0, 8))) == ["page 1", "page 1", "page 1", "page 2", "page 2"]
    slides = [Place(8, "slide 3"), Place(4, "slide 2")]
    assert at(Article(text, places=slides)) == ["", "", "slide 2", "slide 3", "slide 3"]
    assert at(Article(text, places=[Place(0, "line", 7)])) == ["line 7", "line 7", "line 8", "line 9", "line 9"]
    sheets = [Place(0, "sheet A, row", 1), Place(8, "sheet B, row", 5)]
    assert at(Article(text, places=sheets))[2:4] == ["sheet A, row 2", "sheet B, row 5"]


def test_the_box_of_a_quote_is_around_its_lines_on_the_page_where_it_starts() -> None:
    places = [
        Place(4, "page 2", box=(0.1, 0.2, 0.5, 0.3)),
        Place(8, "page 2", box=(0.2, 0.3, 0.9, 0.4)),
        Place(12, "page 3", box=(0, 0, 1, 1)),
        Place(16, "page 4"),
    ]
    article = Article("One Two Three four five", places=places)
    assert article.box_of(0, 3) is article.box_of(16, 20) is None
    assert article.box_of(4, 8) == article.box_of(5, 5) == (0.1, 0.2, 0.5, 0.3)
    assert article.box_of(5, 9) == article.box_of(5, 20) == (0.1, 0.2, 0.9, 0.4)
    assert article.box_of(13, 20) == (0, 0, 1, 1)


def test_an_article_whose_places_have_no_box_keeps_the_hash_that_it_had_before_there_were_any() -> None:
    made = Article("text", places=[Place(0, "line", 1)])
    assert made.content_hash == "a76efee73016f2c307b10c4b10c470f4c97c39876d9152f138c8433b432c8e18"
    assert replace(made, places=[Place(0, "line", 1, (0, 0, 1, 1))]).content_hash != made.content_hash


def test_an_article_without_places_keeps_the_hash_that_it_had_before_there_were_any() -> None:
    made = Article("text", "title")
    assert made.content_hash == "8713d0dfcbfdd8b1811f39c66fb05c997a6a013eb1fb72da10ecf52ed42d4f8b"
    assert replace(made, places=(Place(0, "line", 1),)).content_hash != made.content_hash


@pytest.mark.parametrize(
    "values", [(-1, "a"), (True, "a"), (0, " "), (0, "a", -1), (0, "a", 1.0), (0, "\0"), (0, 1)]
)
def test_a_place_that_is_none_is_refused(values: tuple[Any, ...]) -> None:
    with pytest.raises(ArticleError):
        Place(*values)


@pytest.mark.parametrize("box", [(0, 0, 1), (0, 0, 1, 2), (0.5, 0, 0.4, 1), "abcd", 1, (0, 0, 1, float("nan"))])
def test_a_box_that_is_none_is_refused(box: Any) -> None:
    with pytest.raises(ArticleError, match="a box must have the edges"):
        Place(0, "page 1", box=box)


def test_a_place_lies_within_the_text() -> None:
    with pytest.raises(ArticleError, match="places must start within the text of 4"):
        Article("text", places=[Place(5, "line", 1)])


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
    assert not Filters(keep_undated=True)


def test_reply_to_dict_is_json_with_the_promised_keys() -> None:
    citation = Citation(
        "a", "T", dt.date(2024, 1, 2), "s", 0, 3, "two", "two.", 0, 4, None, "row 2", Passage("a", 0, 4)
    )
    answer = Answer("two", 0.9, (citation, replace(citation, article_id="b"), citation))
    reply = Reply("q?", answer, (answer,), (), 0.5, {"read": 0.1})
    plain = json.loads(json.dumps(reply.to_dict()))
    assert plain["abstained"] is False
    assert plain["answer"]["text"] == "two"
    assert (plain["answer"]["support"], plain["answer"]["is_ocr"]) == (2, False)
    wanted = {"article_id", "title", "date", "source", "start", "end", "quote", "sentence", "page", "place"}
    assert wanted <= plain["answer"]["citations"][0].keys()
    assert plain["answer"]["citations"][0]["date"] == "2024-01-02"
    assert replace(reply, answer=None).to_dict()["answer"] is None
    assert (plain["disagreement"], plain["timeline"]) == ("none", [])


def test_a_timeline_is_part_of_the_json() -> None:
    day = dt.date(2024, 1, 2)
    citation = Citation("a", "T", day, "s", 0, 3, "two", "two.", 0, 4, None, "", Passage("a", 0, 4))
    versions = (Version("one", day, (citation,)), Version("two", day, (citation,), Disagreement.CHANGED))
    reply = Reply("q?", None, (), (), 0.5, {}, timeline=versions, disagreement=Disagreement.CHANGED)
    plain = json.loads(json.dumps(reply.to_dict()))
    assert plain["disagreement"] == "changed"
    assert [(one["text"], one["date"], one["relation"]) for one in plain["timeline"]] == [
        ("one", "2024-01-02", "none"),
        ("two", "2024-01-02", "changed"),
    ]
    assert plain["timeline"][0]["citations"][0]["quote"] == "two"


def test_the_days_to_a_period() -> None:
    may = Period(dt.date(2024, 5, 1), dt.date(2024, 5, 31))
    days = [dt.date(2024, 4, 30), dt.date(2024, 5, 1), dt.date(2024, 5, 31), dt.date(2024, 6, 2)]
    assert [may.days_to(day) for day in days] == [-1, 0, 0, 2]


def test_add_report_counts() -> None:
    report = AddReport(
        (AddResult("a", "added"), AddResult("b", "failed", reason="broken"), AddResult("c", "added"))
    )
    assert str(report) == "2 added, 1 failed"
    assert [result.source for result in report.failures] == ["b"]
    assert str(AddReport(())) == "nothing to add"


def test_filters_take_months_and_years_as_iso_text() -> None:
    filters = Filters(after="2024-02", before="2024-02")
    assert (filters.after, filters.before) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    filters = Filters(after="2023", before="2024")
    assert (filters.after, filters.before) == (dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    assert Filters(after="2024-05-06").after == dt.date(2024, 5, 6)
    for wrong in ("2024-13", "0000", "24", "May 2024"):
        with pytest.raises(SettingsError, match="before must be a date, or a string such as 2024-05-01"):
            Filters(before=wrong)
