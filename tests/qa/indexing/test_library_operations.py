"""Editing titles, tags and dates, recognising languages, and undoing a removal, as the library tab does."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.errors import ArticleError, LibraryError
from qa.types import Article, Filters, Heading
from tests.toys import CountingEncoder, toy_assistant

HARBOUR = "The harbour of Lumen was rebuilt in 1931 by Anna Berg."
ENGLISH = f"{HARBOUR} The town paid for the new pier, because a storm had destroyed the old one in the winter."
GERMAN = (
    "Der Hafen von Lumen wurde 1931 von Anna Berg wieder aufgebaut. Die Stadt bezahlte die neue Mole, nachdem ein "
    "Sturm im Winter die alte zerstört hatte."
)


@pytest.fixture
def encoder() -> CountingEncoder:  # type: ignore[override]
    return CountingEncoder()


@pytest.fixture
def assistant(encoder: CountingEncoder) -> Assistant:  # type: ignore[override]
    return toy_assistant(encoder)


def test_tags_change_without_embedding(assistant: Assistant, encoder: CountingEncoder) -> None:
    assistant.add(Article(HARBOUR, title="Lumen", source="lumen", tags=("old",)))
    passages = dict(assistant.library.passages(range(10)))
    encoder.encoded.clear()

    edited = assistant.edit("lumen", tags=[" port ", "history", "port", " "])

    assert edited == assistant.get("lumen")
    assert edited.tags == ("port", "history")
    assert assistant.articles(Filters(tags=("history",)))[0].tags == ("port", "history")
    assert not assistant.articles(Filters(tags=("old",)))
    assert assistant.library.passages(range(10)) == passages
    assert not encoder.encoded


def test_a_title_is_embedded_and_searched_with_its_passages(
    assistant: Assistant, encoder: CountingEncoder
) -> None:
    assistant.add(Article(HARBOUR, title="Untitled 1", source="lumen"), Article("Other words.", source="other"))

    assistant.edit("lumen", title="  A  port on\nthe Vela ")

    assert assistant.get("lumen").title == "A port on the Vela"
    assert encoder.encoded[-1] == f"A port on the Vela\n{HARBOUR}"
    (found, *_) = assistant.library.search_lexical("Vela", 5)
    assert assistant.library.passages([found[0]])[found[0]].context == "A port on the Vela"
    assert not assistant.library.search_lexical("Untitled", 5)
    assert [info.source for info in assistant.articles()] == ["lumen", "other"]
    assert assistant.doctor().healthy


def test_a_title_that_changes_no_context_is_not_embedded(assistant: Assistant, encoder: CountingEncoder) -> None:
    title = "Lumen " * 50
    assistant.add(Article(HARBOUR, title=f"{title} old", source="lumen"))
    encoder.encoded.clear()

    assistant.edit("lumen", title=f"{title} new")

    assert assistant.get("lumen").title.endswith("new")
    assert not encoder.encoded


CHANGES = [{"title": "New"}, {"tags": ["new"]}, {"date": "1931-05-01"}, {"language": "de"}]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_an_edit_outlives_adding_the_same_file_again(assistant: Assistant, changes: dict[str, object]) -> None:
    article = Article(HARBOUR, title="Lumen", source="lumen")
    assistant.add(article)
    edited = assistant.edit("lumen", **changes)  # type: ignore[arg-type]

    assert assistant.add(article).count("unchanged") == 1
    stored = assistant.get("lumen")
    assert (stored, stored.language) == (edited, edited.language)
    assert (edited, edited.language) != (article, article.language)

    changed = Article(f"{HARBOUR} It burnt down.", title="Lumen", source="lumen")
    assert assistant.add(changed).count("updated") == 1
    assert assistant.get("lumen") == changed


def test_a_date_is_set_corrected_and_removed(assistant: Assistant, encoder: CountingEncoder) -> None:
    assistant.add(Article(HARBOUR, source="lumen"))
    encoder.encoded.clear()

    for date in (dt.date(1931, 5, 1), "1932-06-02"):
        assistant.edit("lumen", date=date)
        assert assistant.get("lumen").date == dt.date.fromisoformat(str(date))
        assert assistant.articles(Filters(after="1931-01-01"))
    assistant.edit("lumen", title="Lumen")
    assert assistant.get("lumen").date == dt.date(1932, 6, 2)
    assistant.edit("lumen", date="")
    assert assistant.get("lumen").date is None
    assert not assistant.articles(Filters(after="1931-01-01"))
    assert assistant.doctor().healthy


def test_the_language_is_recognised_stored_and_reported(assistant: Assistant) -> None:
    texts = {"en": ENGLISH, "de": GERMAN, "": HARBOUR, "la": HARBOUR * 3}
    report = assistant.add(*(Article(text, source=f"in {code}", language=code * (code == "la"))
                             for code, text in texts.items()))  # fmt: skip

    assert [result.language for result in report.results] == [info.language for info in assistant.articles()]
    assert [info.language for info in assistant.articles()] == list(texts)
    assert [assistant.get(f"in {code}").language for code in texts] == list(texts)
    assert report.foreign == {"de": 1, "la": 1}


def test_an_edit_that_changes_nothing_writes_nothing(assistant: Assistant) -> None:
    assistant.add(Article(HARBOUR, title="Lumen", source="lumen", tags=("port",)))
    generation = assistant.library.generation

    assistant.edit("lumen", title="Lumen", tags=["port"])

    assert assistant.library.generation == generation


def test_what_cannot_be_edited_changes_nothing(assistant: Assistant) -> None:
    article = Article(HARBOUR, title="Lumen", source="lumen")
    assistant.add(article)

    with pytest.raises(ArticleError, match="there is no article 'karst'"):
        assistant.edit("karst", title="New")
    with pytest.raises(ArticleError, match="title is blank"):
        assistant.edit("lumen", title=" \n")
    with pytest.raises(ArticleError, match="lone surrogate"):
        assistant.edit("lumen", title="\ud800")
    with pytest.raises(ArticleError, match="lone surrogate"):
        assistant.edit("lumen", tags=["\ud800"])
    for date in ("15 January", "2024-02-30", 20240115):
        with pytest.raises(ArticleError, match="date must be a date"):
            assistant.edit("lumen", date=date)  # type: ignore[arg-type]
    for language in ("German", "d", "de\0", 5):
        with pytest.raises(ArticleError, match="given by its code"):
            assistant.edit("lumen", language=language)  # type: ignore[arg-type]
    assert assistant.get("lumen") == article


def test_an_article_that_is_gone_cannot_be_relabelled(assistant: Assistant) -> None:
    with pytest.raises(LibraryError, match="no longer"):
        assistant.library.relabel(Article(HARBOUR, source="lumen"))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Articles with everything that an article can have; some word makes sure that they have a passage."""
    text = draw(TEXT) + " harbour " + draw(TEXT)
    offsets = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(offsets, offsets), max_size=3).map(sorted))
    return Article(
        text,
        title=draw(TEXT),
        source=draw(TEXT.filter(bool)),
        date=draw(st.none() | st.dates(min_value=dt.date(1000, 1, 1))),
        headings=tuple(Heading(min(span), max(span), draw(st.integers(1, 6))) for span in spans),
        pages=tuple(draw(st.lists(offsets, max_size=3).map(sorted))),
        tags=tuple(draw(st.lists(TEXT, max_size=3))),
        metadata=draw(st.dictionaries(TEXT, TEXT, max_size=3)),
    )


@settings(max_examples=40)
@given(st.lists(articles(), min_size=1, max_size=3, unique_by=lambda article: article.id))
def test_adding_what_was_removed_restores_it(taken: list[Article]) -> None:
    assistant = toy_assistant()
    kept = Article("Other words.", source="\1kept")
    taken = [article for article in taken if assistant.add(article).count("added")]
    assistant.add(kept)
    before = {info.id: info for info in assistant.articles()}
    removed = [assistant.get(article.id) for article in taken]

    assistant.remove(*(article.id for article in removed))
    assert [info.id for info in assistant.articles()] == [kept.id]
    assert assistant.add(*removed).count("added") == len(removed)

    assert {info.id: info for info in assistant.articles()} == before
    assert [assistant.get(article.id) for article in taken] == taken
    assert assistant.doctor().healthy
    assert assistant.add(*taken).count("unchanged") == len(taken)
