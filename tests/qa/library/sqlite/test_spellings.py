"""The table of spellings: filled with the passages, by a migration and by a rebuild; never by a question."""

import sqlite3
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.base import Suggestion
from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, downgrade, indexed

GOVERNMENT = [Suggestion("government", 1, 1)]


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


@pytest.fixture
def filled(folder: Path) -> Path:
    with open_toy(folder) as library:
        library.put([indexed("a", "The government used drones."), indexed("b", "Nothing else.", title="A title")])
    return folder


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "library.db", isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_an_earlier_library_gets_its_spellings(filled: Path) -> None:
    change(filled, "UPDATE articles SET text = CAST(x'ff' AS TEXT) WHERE position = 2")
    downgrade(filled, 7)
    with open_toy(filled) as library:
        assert library.suggest_words("goverment", 3) == GOVERNMENT


def test_missing_spellings_are_found_and_mended(filled: Path) -> None:
    with open_toy(filled) as library:
        assert library.doctor().healthy
    change(filled, "DELETE FROM spellings WHERE word = 'government'")
    with open_toy(filled) as library:
        assert library.suggest_words("goverment", 3) == []
        problem = "words are missing from the table of spellings: run `quotewell doctor --rebuild`"
        assert library.doctor().problems == (problem,)
        library.renew_vectors(ENCODER, DIMENSION)
        assert library.doctor().healthy
        assert library.suggest_words("goverment", 3) == GOVERNMENT


def test_a_rebuild_drops_the_spellings_of_removed_articles(filled: Path) -> None:
    with open_toy(filled) as library:
        library.remove([indexed("a").article.id])
        library.renew_vectors(ENCODER, DIMENSION)
        with library._database.read() as connection:
            words = [word for (word,) in connection.execute("SELECT word FROM spellings")]
    assert words == ["Nothing", "else", "title"]


def test_a_suggestion_needs_no_lock(filled: Path) -> None:
    before = (filled / "library.db").read_bytes()
    with open_toy(filled) as library, sqlite3.connect(filled / "library.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            assert library.suggest_words("goverment", 3) == GOVERNMENT
        writer.execute("ROLLBACK")
    assert (filled / "library.db").read_bytes() == before


def test_a_damaged_spelling_is_an_error_of_ours(filled: Path) -> None:
    change(filled, "INSERT INTO spellings VALUES (CAST('goverment' AS BLOB))")
    change(filled, "INSERT INTO spellings VALUES (CAST(x'676f76ff726e6d656e74' AS TEXT))")
    with open_toy(filled) as library, pytest.raises(LibraryError, match="damaged"):
        library.suggest_words("goverment", 3)
