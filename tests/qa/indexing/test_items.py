from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qa.assistant import Assistant
from qa.errors import ArticleError
from qa.indexing.items import expand_items
from qa.loaders import LoadFailure
from qa.settings import Settings
from qa.types import Article
from tests.toys import toy_assistant

ROWS = [
    {"text": "The ferry leaves at nine.", "title": "Ferry", "date": "2024-05-01", "tags": ["sea"], "pier": 3},
    {"text": "The mill is open.", "title": "Mill", "date": None, "tags": [], "pier": None},
]


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    with toy_assistant() as made:
        yield made


def articles(*items: Any, text_field: str = "") -> list[Any]:
    return list(expand_items(items, text_field=text_field))


def test_a_dict_is_an_article() -> None:
    (article,) = articles(ROWS[0])
    assert (article.text, article.title, article.date) == (ROWS[0]["text"], "Ferry", dt.date(2024, 5, 1))
    assert (article.tags, article.metadata) == (("sea",), {"pier": "3"})


def test_the_source_of_a_dict_is_its_own_or_its_id_or_made_from_its_text() -> None:
    text = "The ferry leaves at nine."
    given = articles({"text": text, "source": "a", "id": 1}, {"text": text, "id": 1}, {"text": text})
    assert [article.source for article in given] == ["a", "1", Article(text).source]


def test_lists_generators_and_frames_are_expanded(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    expected = articles(*ROWS)
    assert articles(ROWS) == articles(iter(ROWS)) == articles([ROWS[0]], [[ROWS[1]]]) == expected
    assert articles([file, Article("x")], *ROWS) == [file, Article("x"), *expected]


def test_the_rows_of_pandas_are_articles() -> None:
    frame = pd.DataFrame(ROWS)
    assert frame["pier"].isna().tolist() == [False, True]
    first, second = articles(frame)
    assert (first.title, first.date, first.tags) == ("Ferry", dt.date(2024, 5, 1), ("sea",))
    assert (second.title, second.date, second.metadata) == ("Mill", None, {})
    frame["date"] = pd.to_datetime(frame["date"])
    assert [article.date for article in articles(frame)] == [dt.date(2024, 5, 1), None]
    assert articles(frame.astype({"pier": "Int64"}))[1].metadata == {}


def test_columns_may_have_any_names() -> None:
    frame = pd.DataFrame([["The mill is open.", 7]], columns=["text", 0])
    assert articles(frame)[0].metadata == {"0": "7"}
    other = pd.DataFrame({"note": ["The mill is open."]})
    assert articles(other, text_field="note")[0].text == "The mill is open."
    (failure,) = articles(other)
    assert failure == LoadFailure(
        "record 1",
        "it has no text: name the field of the text by --text-field (Settings.text_field in Python); it has: note",
    )


class Polars:
    """A data frame with the methods of polars."""

    columns = ("text", "title")

    def iter_rows(self, *, named: bool) -> Iterator[dict[str, object]]:
        assert named
        yield from ROWS


class Arrow:
    """A table with the methods of pyarrow, and a batch of it."""

    columns = ((), ())

    def to_batches(self) -> list[Arrow]:
        return [self]

    def to_pylist(self) -> list[dict[str, object]]:
        return ROWS


def test_the_rows_of_polars_and_pyarrow_are_articles() -> None:
    assert articles(Polars()) == articles(Arrow()) == articles(*ROWS)


def test_what_has_columns_but_no_rows_is_refused() -> None:
    class Temple:
        columns = 46

    with pytest.raises(ArticleError, match="cannot read the rows of a Temple; give its rows as dicts"):
        articles(Temple())


@pytest.mark.parametrize("item", [None, 3, b"text"])
def test_other_things_are_refused(item: object) -> None:
    with pytest.raises(ArticleError, match=f"cannot add a {type(item).__name__}; give paths, articles, dicts"):
        articles([item])


@pytest.mark.parametrize("text", ["The ferry leaves at nine.", "one line\nand another", "long " * 60])
def test_a_text_is_not_taken_for_a_path(assistant: Assistant, text: str) -> None:
    with pytest.raises(ArticleError, match=r"is not a path; in Python, add_text\(text, title"):
        assistant.add("notes.txt", text)
    assert assistant.article_count == 0


def test_a_path_may_look_like_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Where is it?").write_text("Here.")
    missing = tmp_path / "Who is it?"
    assert articles("Where is it?", str(missing)) == [Path("Where is it?"), missing]


def test_records_are_reported_like_files(assistant: Assistant) -> None:
    report = assistant.add(ROWS, [{"title": "No text"}, {"text": 5}, {"text": "x", "headings": 3, "pages": {}}])
    assert [result.outcome for result in report.results] == ["added", "added", "failed", "failed", "added"]
    assert [failure.source for failure in report.failures] == ["record 3", "record 4"]
    assert str(assistant.add(ROWS)) == "2 unchanged"


def test_add_text(assistant: Assistant) -> None:
    result = assistant.add_text(
        "Die Fähre fährt um neun.",
        title="Fähre",
        source="timetable",
        date="2024-05-01",
        tags=["sea"],
        metadata={"pier": "3"},
        language="DE",
    )
    assert (result.outcome, result.source, result.language) == ("added", "timetable", "de")
    assert result.article_id
    article = assistant.get(result.article_id)
    assert (article.title, article.date, article.tags) == ("Fähre", dt.date(2024, 5, 1), ("sea",))
    assert (article.metadata, article.language) == ({"pier": "3"}, "de")
    assert assistant.add_text("The ferry leaves at ten.", source="timetable").outcome == "updated"


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"text": " \n"}, "the text is blank"),
        ({"text": 5}, "text must be a string"),
        ({"text": "x", "date": "soon"}, "date must be a date, or a string such as 2024-05-01"),
        ({"text": "x", "tags": "sea"}, "tags must be a list of str"),
        ({"text": "x", "language": "German"}, "a language is given by its code"),
    ],
)
def test_add_text_says_what_is_wrong(assistant: Assistant, keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        assistant.add_text(**keywords)


def test_the_setting_names_the_text_of_records() -> None:
    with toy_assistant(settings=Settings(text_field="note")) as assistant:
        assert str(assistant.add({"note": "The mill is open.", "text": "other"})) == "1 added"
        assert next(assistant.iter_articles()).text == "The mill is open."
