"""SqliteLibrary: storing, replacing, removing, listing, searching with filters."""

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import LibraryError
from qa.library.base import Library
from qa.library.sqlite.library import SqliteLibrary
from qa.types import Article, Filters, Heading, Passage
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, ids_of, indexed, unit

WHOLE = indexed(
    "news/2024/kyiv.txt",
    "Line one\r\nLine two\tשלום 😀 e\u0301 \u2028 end",
    size=9,
    title="A «title»",
    date=dt.date(2024, 5, 6),
    headings=(Heading(0, 4, 1), Heading(5, 8, 2)),
    pages=(0, 10),
    tags=("war", "city"),
    metadata={"author": "X", "k\u2029": "v"},
)


def test_is_a_library(library: SqliteLibrary) -> None:
    checked: Library = library
    assert len(checked) == 0


def test_articles_come_back_exactly(library: SqliteLibrary) -> None:
    library.put([WHOLE])
    article = WHOLE.article
    assert library.get(article.id) == article
    assert list(library.iter_articles()) == [article]
    assert library.content_hashes([article.id, "none"]) == {article.id: article.content_hash}
    assert library.get("none") is None
    assert library.get("\ud800") is None


def test_passages_are_slices(library: SqliteLibrary) -> None:
    library.put([WHOLE])
    stored = library.passages([4, 1, 2, 999, 3])
    assert list(stored) == [4, 1, 2, 3]
    for id_, passage in enumerate(WHOLE.passages, 1):
        assert stored[id_].passage == passage
        assert stored[id_].text == WHOLE.article.text[passage.start : passage.end]
        assert stored[id_].context == WHOLE.article.title


@settings(max_examples=50)
@given(
    text=st.text(min_size=1).filter(str.strip), title=st.text(), size=st.integers(1, 9), tags=st.lists(st.text())
)
def test_any_text_comes_back_exactly(text: str, title: str, size: int, tags: list[str]) -> None:
    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as library:
        made = indexed("s", text, size=size, title=title, tags=tuple(tags))
        library.put([made])
        assert library.get(made.article.id) == made.article
        stored = library.passages(range(1, len(text) + 1)).values()
        assert "".join(found.text for found in stored) == text
        assert library.doctor().healthy
        library.remove([made.article.id])
        assert library.doctor().healthy


def test_listing_is_in_the_order_of_adding_and_an_update_keeps_its_place(library: SqliteLibrary) -> None:
    library.put([indexed("a"), indexed("b", size=5, title="B", tags=("t",))])
    library.put([indexed("c")])
    library.put([indexed("b", "New text", title="B2"), indexed("a", "Newer")])
    assert [info.source for info in library.articles()] == ["a", "b", "c"]
    assert [article.text for article in library.iter_articles()] == ["Newer", "New text", "The text of c."]
    info = library.articles()[1]
    assert (info.title, info.characters, info.passages, info.tags, info.date) == ("B2", 8, 1, (), None)


def test_iter_articles_goes_through_many(library: SqliteLibrary) -> None:
    library.put(indexed(f"{number}") for number in range(120))
    assert [article.source for article in library.iter_articles()] == [str(number) for number in range(120)]


def test_replacing_leaves_nothing_of_the_former_text(library: SqliteLibrary) -> None:
    former, latter = indexed("a", "zebras gallop", size=7), indexed("a", "lions sleep", seed=1)
    library.put([former])
    old_ids = ids_of(library, former)
    library.search_dense(former.vectors[0], 1)
    library.put([latter])
    assert library.search_lexical("zebras gallop", 5) == []
    assert library.passages(old_ids) == {}
    assert library.score_dense(former.vectors[0], old_ids) == {}
    [(found, _)] = library.search_dense(former.vectors[0], 5)
    assert found not in old_ids
    health = library.doctor()
    assert health.healthy
    assert (health.articles, health.passages, health.vectors) == (1, 1, 1)


def test_removing_and_ids_that_never_come_back(library: SqliteLibrary) -> None:
    a, b = indexed("a", size=4), indexed("b", size=4)
    library.put([a, b])
    gone = ids_of(library, b)
    assert library.remove([b.article.id, "none", b.article.id, "\ud800"]) == 1
    assert library.remove([b.article.id]) == 0
    assert len(library) == 1
    assert library.get(b.article.id) is None
    assert library.passages(gone) == {}
    library.put([b])
    assert not set(gone) & set(ids_of(library, b))
    assert [info.source for info in library.articles()] == ["a", "b"]


def test_the_generation_counts_changes(library: SqliteLibrary) -> None:
    start = library.generation
    library.put([indexed("a"), indexed("b")])
    assert library.generation == start + 1
    library.put([])
    library.remove(["none"])
    assert library.generation == start + 1
    library.remove([indexed("a").article.id])
    assert library.generation == start + 2


def test_of_two_articles_with_one_id_the_latter_counts(library: SqliteLibrary) -> None:
    library.put([indexed("a", "first one"), indexed("b"), indexed("a", "second one", seed=2)])
    assert [article.text for article in library.iter_articles()] == ["second one", "The text of b."]
    assert len(library.search_dense(unit(1)[0], 9)) == 2
    assert library.doctor().healthy


def test_an_article_without_passages(library: SqliteLibrary) -> None:
    made = indexed("a", " ")
    library.put([replace(made, passages=[], contexts=[], vectors=made.vectors[:0])])
    assert library.articles()[0].passages == 0
    assert library.search_dense(unit(1)[0], 3) == []
    assert library.doctor().healthy


def stored_with_title(title: str) -> Article:
    article = Article("The text of bad.", source="bad")
    return Article.stored(
        **{field.name: getattr(article, field.name) for field in fields(Article)} | {"title": title}
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: replace(made, vectors=made.vectors[:, :4]),
        lambda made: replace(made, vectors=made.vectors[:-1]),
        lambda made: replace(made, vectors=np.full_like(made.vectors, np.nan)),
        lambda made: replace(made, contexts=made.contexts[:-1]),
        lambda made: replace(made, passages=[Passage("other", 0, 1), *made.passages[1:]]),
        lambda made: replace(made, passages=[Passage(made.article.id, 0, 10**6), *made.passages[1:]]),
        lambda made: replace(made, article=stored_with_title("\ud800")),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(library: SqliteLibrary, spoil) -> None:
    library.put([indexed("a")])
    generation = library.generation
    with pytest.raises(LibraryError, match=r"bad|d800"):
        library.put([indexed("b"), spoil(indexed("bad", size=4))])
    assert [info.source for info in library.articles()] == ["a"]
    assert library.generation == generation
    assert library.doctor().healthy


def test_dense_search_and_scores(library: SqliteLibrary) -> None:
    made = [indexed(name, size=5) for name in "abc"]
    library.put(made)
    vectors = np.concatenate([one.vectors for one in made])
    expected = vectors @ vectors[4]
    found = library.search_dense(vectors[4], 5)
    assert [id_ - 1 for id_, _ in found] == np.argsort(-expected)[:5].tolist()
    assert [score for _, score in found] == pytest.approx(np.sort(expected)[::-1][:5], abs=1e-3)
    assert library.score_dense(vectors[4], [2, 999]) == {2: pytest.approx(expected[1], abs=1e-3)}
    assert library.search_dense(vectors[4], 0) == []
    with pytest.raises(LibraryError, match="8 numbers, not of 4"):
        library.search_dense(vectors[4, :4], 1)


FILTERED = [
    indexed("news/a.txt", "common first", date=dt.date(2024, 1, 1), tags=("x", "y")),
    indexed("news/deep/b.md", "common second", date=dt.date(2024, 2, 2), tags=("y",)),
    indexed("C:\\docs\\c.txt", "common third", tags=("z", "*")),
    indexed("https://example.org/d", "common fourth", date=dt.date(2023, 12, 31)),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), "abcd"),
        (Filters(after=dt.date(2024, 1, 1)), "ab"),
        (Filters(before=dt.date(2024, 1, 1)), "ad"),
        (Filters(after=dt.date(2024, 1, 1), before=dt.date(2024, 1, 1)), "a"),
        (Filters(after=dt.datetime(2024, 1, 1, 12)), "ab"),
        (Filters(sources=("news/*",)), "ab"),
        (Filters(sources=("*.txt",)), "ac"),
        (Filters(sources=("a.txt", "c.txt")), "ac"),
        (Filters(sources=("[", "\ud800", "\0")), ""),
        (Filters(tags=("y",)), "ab"),
        (Filters(tags=("x", "z")), "ac"),
        (Filters(tags=("*",)), "c"),
        (Filters(articles=(FILTERED[3].article.id, "none")), "d"),
        (Filters(tags=("y",), sources=("*.md",), before=dt.date(2025, 1, 1)), "b"),
        (Filters(tags=("x",), sources=("*.md",)), ""),
    ],
)
def test_filters(library: SqliteLibrary, filters: Filters, expected: str) -> None:
    library.put(FILTERED)
    named = dict(zip((made.article.id for made in FILTERED), "abcd", strict=True))
    assert "".join(named[info.id] for info in library.articles(filters)) == expected
    for found in (
        library.search_lexical("common", 9, filters),
        library.search_dense(unit(3)[0], 9, filters),
    ):
        passages = library.passages([id_ for id_, _ in found]).values()
        assert "".join(sorted(named[stored.passage.article_id] for stored in passages)) == expected


def test_k_filtered_results_are_k_results(library: SqliteLibrary) -> None:
    library.put(
        indexed(f"{number}", f"common {number}", tags=("few",) * (number % 20 == 7)) for number in range(200)
    )
    few = Filters(tags=("few",))
    assert len(library.search_lexical("common", 10, few)) == 10
    assert len(library.search_dense(unit(5)[0], 10, few)) == 10


def test_a_closed_library_says_so(library: SqliteLibrary) -> None:
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="closed"):
        len(library)
    with pytest.raises(LibraryError, match="closed"):
        library.put([indexed("a")])


def test_libraries_in_memory_are_apart() -> None:
    with (
        SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as one,
        SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as other,
    ):
        one.put([indexed("a")])
        assert (len(one), len(other)) == (1, 0)


def test_renewing_drops_all_vectors_and_lets_another_encoder_follow(library: SqliteLibrary) -> None:
    library.put([indexed("a", "first text", title="T", size=5), replace(indexed("b", "second"), vectors=None)])
    library.search_dense(unit(1)[0], 1)
    library.renew_vectors("toy:2", 3)
    assert (library.encoder, library.dimension) == ("toy:2", 3)
    assert library.pending(9) == [1, 2, 3]
    texts = [passage.embedded_text for passage in library.passages([1, 2, 3]).values()]
    assert texts == ["T\nfirst", "T\n text", "\nsecond"]
    library.put_vectors([1, 2, 3], np.array([[len(text), 1, 0] for text in texts], dtype=np.float32))
    assert library.search_dense(np.array([0, 1, 0], dtype=np.float32), 9, Filters(tags=("none",))) == []
    assert library.score_dense(np.array([1, 0, 0], dtype=np.float32), [1, 2, 3]) == {1: 7, 2: 7, 3: 7}
    assert library.doctor().healthy
    library.put([replace(indexed("c"), vectors=np.ones((1, 3), dtype=np.float32))])
    with pytest.raises(LibraryError, match="shape"):
        library.put([indexed("d")])
