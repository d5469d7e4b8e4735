"""Whatever the bytes of a row have become, reading it raises a LibraryError and nothing else."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.base import FollowedFile
from qa.library.sqlite.library import SqliteLibrary
from qa.types import Filters, Place
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed, unit
from tests.qa.library.sqlite.test_doctor import FEEDBACK

ARTICLE = indexed(
    "1", "Some words to find here.", size=7, title="Words", tags=("a",), pages=(0, 5), places=(Place(0, "x", 1),)
)
USES: tuple[Callable[[SqliteLibrary], object], ...] = (
    lambda library: library.get(ARTICLE.article.id),
    lambda library: library.get_many([ARTICLE.article.id]),
    lambda library: list(library.iter_articles()),
    lambda library: library.articles(),
    lambda library: library.articles(Filters(tags=("a",), sources=("[0-9]*", "1"), after="2020-01-01")),
    lambda library: library.text(ARTICLE.article.id, 0, 5),
    lambda library: library.content_hashes([ARTICLE.article.id]),
    lambda library: library.passages(range(9)),
    lambda library: library.passages_of([ARTICLE.article.id]),
    lambda library: library.search_lexical("words", 5),
    lambda library: library.search_dense(unit(1)[0], 5),
    lambda library: library.search_dense(unit(1)[0], 5, Filters(tags=("a",))),
    lambda library: library.feedback(),
    lambda library: library.embedding_state(),
)
WRITES: tuple[Callable[[SqliteLibrary], object], ...] = (
    lambda library: library.put([indexed("2", "Other words.", size=7)]),
    lambda library: library.put([ARTICLE]),
    lambda library: library.relabel(ARTICLE.article),
    lambda library: library.follow(library.followed("/a")),
    lambda library: library.remove([ARTICLE.article.id]),
    lambda library: library.renew_vectors(ENCODER, DIMENSION),
)
COLUMNS = {
    "articles": (
        "id", "source", "title", "date", "characters", "content_hash", "tags", "headings", "pages", "places",
        "metadata", "text", "file_name", "added_at", "language",
    ),
    "passages": ("article", "start", '"end"', "context"),
    "vectors": ("checksum", "vector", "generation"),
    "feedback": ("given_at", "verdict", "answer", "confidence", "min_confidence", "start", "digest"),
    "library": ("encoder", "dimension", "generation"),
    "article_digests": ("digest",),
    "followed_files": ("signature", "articles"),
}  # fmt: skip
VALUES = ("x'ff00'", "CAST(x'ff' AS TEXT)", "'[[[1]]]'", "-1", "9223372036854775807", "NULL")


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


@pytest.mark.parametrize(("table", "column"), [(table, one) for table, some in COLUMNS.items() for one in some])
def test_damaged_rows_are_errors_of_ours(tmp_path: Path, table: str, column: str) -> None:
    for number, value in enumerate(VALUES):
        folder = tmp_path / f"{number}"
        with open_toy(folder) as library:
            library.put([ARTICLE])
            library.put_feedback(FEEDBACK)
            library.follow([FollowedFile("/a/b.txt", "1", (ARTICLE.article.id,))])
        for path in folder.glob("index-*"):
            path.unlink()
        connection = sqlite3.connect(folder / "library.db", isolation_level=None)
        _allow_null(connection, table)
        connection.execute(f"UPDATE {table} SET {column} = {value}")
        connection.close()
        with suppress(LibraryError), open_toy(folder) as library:
            for use in (*USES, SqliteLibrary.doctor, *WRITES, SqliteLibrary.doctor):
                with suppress(LibraryError):
                    use(library)


def _allow_null(connection: sqlite3.Connection, table: str) -> None:
    connection.execute("PRAGMA writable_schema = ON")
    query = "UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = ?"
    connection.execute(query, [table])
    connection.execute("PRAGMA writable_schema = RESET")


def test_the_message_says_what_to_do(tmp_path: Path) -> None:
    with open_toy(tmp_path / "library") as library:
        library.put([ARTICLE])
        with library._database.write() as connection:
            connection.execute("UPDATE articles SET headings = '[1]'")
        with pytest.raises(LibraryError, match="an article in the library is damaged: run `quotewell doctor`, or"):
            library.get(ARTICLE.article.id)
