"""Stories on SQLite: found in earlier libraries, checked and mended."""

import sqlite3
from pathlib import Path

import pytest

from qa.library.sqlite.library import SqliteLibrary
from qa.testing.copies import LOCAL, OTHER, SHORTENED, WIRE
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, downgrade, indexed

ENTRIES = [indexed("wire", WIRE), indexed("other", OTHER), indexed("local", LOCAL)]
WIRE_ID, OTHER_ID, LOCAL_ID = (entry.article.id for entry in ENTRIES)
STORIES = {WIRE_ID: WIRE_ID, OTHER_ID: OTHER_ID, LOCAL_ID: WIRE_ID}
PROBLEM = "1 article not compared with the others for copies: run `quotewell doctor --rebuild`"


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


@pytest.fixture
def filled(folder: Path) -> Path:
    with open_toy(folder) as library:
        library.put(ENTRIES)
    return folder


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "library.db", isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_the_articles_of_an_earlier_library_are_compared(filled: Path) -> None:
    downgrade(filled, 9)
    with open_toy(filled) as library:
        assert library.stories(STORIES) == STORIES
        assert library.embedding_state().pending == 0
        assert library.doctor().healthy


def test_a_damaged_article_of_an_earlier_library_is_left_out(filled: Path) -> None:
    downgrade(filled, 9)
    change(filled, "UPDATE articles SET text = CAST(x'ff' AS TEXT) WHERE position = 1")
    with open_toy(filled) as library:
        assert library.stories(STORIES) == {id_: id_ for id_ in STORIES}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM article_stories WHERE article = 3",
        "DELETE FROM story_buckets WHERE article = 3",
        "UPDATE story_buckets SET bucket = bucket + 1 WHERE article = 3",
    ],
)
def test_what_is_missing_is_found_and_mended(filled: Path, statement: str) -> None:
    change(filled, statement)
    with open_toy(filled) as library:
        assert library.doctor().problems == (PROBLEM,)
        assert library.stories([OTHER_ID]) == {OTHER_ID: OTHER_ID}
        library.renew_vectors(ENCODER, DIMENSION)
        assert library.doctor().healthy
        assert library.stories(STORIES) == STORIES


def test_a_damaged_text_does_not_keep_a_copy_out(filled: Path) -> None:
    change(filled, "UPDATE articles SET text = CAST(x'ff' AS TEXT) WHERE position = 1")
    with open_toy(filled) as library:
        short = indexed("short", SHORTENED)
        library.put([short])
        assert library.stories([short.article.id]) == {short.article.id: WIRE_ID}


def test_removing_articles_leaves_no_rows(filled: Path) -> None:
    with open_toy(filled) as library:
        library.remove(STORIES)
        with library._database.read() as connection:
            for table in ("article_stories", "story_buckets"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
