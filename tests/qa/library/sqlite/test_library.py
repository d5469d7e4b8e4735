"""What the conformance tests leave open for SQLite."""

from dataclasses import fields, replace

import pytest

from qa.library.base import Library
from qa.library.sqlite.library import SqliteLibrary
from qa.types import Article
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed


def test_is_a_library(library: SqliteLibrary) -> None:
    checked: Library = library
    assert len(checked) == 0


@pytest.mark.parametrize(("start", "end"), [(0, 8), (4, 6), (1, 3), (3, 4), (4, 99), (9, 12)])
def test_texts_of_earlier_versions_may_contain_nul(library: SqliteLibrary, start: int, end: int) -> None:
    text = "NUL\0here"
    library.put([replace(indexed("a", "12345678", size=3), article=stored(text=text, source="a"))])
    [article] = library.iter_articles()
    assert article.text == text
    assert library.text(article.id, start, end) == text[start:end]
    assert [one.text for one in library.passages_of([article.id])] == ["NUL", "\0he", "re"]
    assert library.doctor().healthy


def stored(**values: str) -> Article:
    """An article as it is read from the library, without the checks of a new one."""
    article = Article("text", source="a")
    return Article.stored(**{field.name: getattr(article, field.name) for field in fields(Article)} | values)


def test_the_generation_counts_changes(library: SqliteLibrary) -> None:
    start = library.generation
    library.put([indexed("a"), indexed("b")])
    assert library.generation == start + 1
    library.put([])
    library.remove(["none"])
    assert library.generation == start + 1
    library.remove([indexed("a").article.id])
    assert library.generation == start + 2


def test_libraries_in_memory_are_apart() -> None:
    with (
        SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as one,
        SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as other,
    ):
        one.put([indexed("a")])
        assert (len(one), len(other)) == (1, 0)
