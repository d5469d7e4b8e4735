"""Libraries copied between stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.feedback import Feedback
from qa.indexing import copying
from qa.indexing.copying import compare_libraries, copy_articles, copy_library
from qa.library import open_library
from qa.library.base import FollowedFile, Library
from qa.library.postgres.postgres_library import open_postgres
from qa.settings import Settings
from qa.testing.material import DIMENSION, ENCODER, indexed, unit, without_vectors
from qa.types import Heading, Place
from tests.postgres import Server

ARTICLES = [
    indexed(f"{number}", f"Text {number} שלום 😀 e\u0301", size=4, title=f"T{number}", tags=("t",), language="de")
    for number in range(7)
]
RICH = indexed(
    "rich", "A heading\nand words", size=6, date=dt.date(2024, 5, 6), headings=(Heading(0, 9, 1),), pages=(0, 10),
    places=(Place(0, "page 2", box=(0.1, 0.25, 0.9, 1)),), metadata={"author": "X"},
)  # fmt: skip


@pytest.fixture(params=["sqlite to postgres", "postgres to sqlite"])
def stores(request: pytest.FixtureRequest, tmp_path: Path, postgres: Server) -> Iterator[tuple[Library, Library]]:
    """A library to copy from, and an empty one of another kind to copy to."""
    with (
        closing(open_library(tmp_path / "library", encoder=ENCODER, dimension=DIMENSION)) as sqlite,
        closing(open_postgres(postgres.new_address(), encoder=ENCODER, dimension=DIMENSION)) as postgres_library,
    ):
        pair: tuple[Library, Library] = (sqlite, postgres_library)
        source, target = pair if request.param == "sqlite to postgres" else pair[::-1]
        source.put([*ARTICLES, RICH, indexed("gone")])
        source.remove([indexed("gone").article.id])
        source.put(without_vectors(indexed("half", "half embedded", size=4)))
        source.put_vectors(source.pending(2), unit(1, count=2))
        source.put(without_vectors(indexed("later")))
        source.relabel(indexed("1", title="Edited", tags=("new",)).article)
        source.put_feedback(_rating("one"))
        source.put_feedback(_rating("two"))
        source.follow([FollowedFile("/n/a.txt", "1", (ARTICLES[0].article.id,)), FollowedFile("C:/b.txt", "2")])
        yield source, target


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PAGE", 3)
    monkeypatch.setattr(copying, "CHUNK", 1)


def test_everything_is_copied(stores: tuple[Library, Library]) -> None:
    source, target = stores
    assert copy_articles(source, target) == 10
    compare_libraries(source, target)
    assert list(target.iter_articles()) == list(source.iter_articles())
    assert target.articles() == source.articles()
    assert target.embedding_state() == source.embedding_state()
    assert target.feedback() == source.feedback()
    assert target.followed("") == source.followed("")
    assert target.doctor().healthy
    assert copy_articles(source, target) == 0


def test_an_interrupted_copy_is_continued(stores: tuple[Library, Library]) -> None:
    source, target = stores

    def interrupt(stage: str, done: int, total: int) -> None:
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_articles(source, target, interrupt)
    assert len(target) == 6
    with pytest.raises(LibraryError, match="differs from its source in the article"):
        compare_libraries(source, target)
    assert copy_articles(source, target) == 4
    compare_libraries(source, target)


def test_changes_of_the_source_follow(stores: tuple[Library, Library]) -> None:
    source, target = stores
    copy_articles(source, target)
    source.put([indexed("2", "Another text")])
    source.relabel(indexed("3", title="T3", tags=("t",), language="en").article)
    source.put_vectors(source.pending(9), unit(2, count=len(source.pending(9))))
    source.put_feedback(replace(source.feedback()[0], comment="On second thoughts"))
    source.put_feedback(_rating("three"))
    source.follow([], forget=["/n/a.txt"])
    with pytest.raises(LibraryError, match="run the command again"):
        compare_libraries(source, target)
    assert copy_articles(source, target) == 2
    compare_libraries(source, target)
    assert target.embedding_state().pending == 0


def test_a_target_with_something_else_is_refused_and_left_alone(stores: tuple[Library, Library]) -> None:
    source, target = stores
    target.put([indexed("theirs")])
    with pytest.raises(LibraryError, match="holds 1 article that the source does not"):
        copy_articles(source, target)
    assert [info.source for info in target.articles()] == ["theirs"]


def test_libraries_are_copied_by_name_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    with closing(open_library(settings.libraries / "news", encoder=ENCODER, dimension=DIMENSION)) as library:
        library.put(ARTICLES)
    stages: list[tuple[str, int, int]] = []
    report = copy_library("news", tmp_path / "copy", settings, lambda *stage: stages.append(stage))
    assert (report.copied, report.source.healthy, report.target.healthy) == (7, True, True)
    assert report.target.vectors == report.source.vectors > 0
    assert stages[-1] == ("comparing", 7, 7)
    with pytest.raises(LibraryError, match="no library"):
        copy_library("none", tmp_path / "other", settings)
    assert not (tmp_path / "other").exists()


def _rating(question: str) -> Feedback:
    given_at = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    return Feedback(
        given_at=given_at, verdict="good", comment="", question=question, answer="An answer", confidence=0.25,
        min_confidence=0.5, start=3,
    )  # fmt: skip
