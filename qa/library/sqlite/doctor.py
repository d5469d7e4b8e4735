"""The health checks that are SQLite's own: the file, the word index, the rows and the vectors."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator

from qa.errors import LibraryError
from qa.library.health import count_of
from qa.library.sqlite.database import Database
from qa.library.sqlite.integrity.damage import SQLITE_DAMAGE
from qa.library.sqlite.integrity.digests import find_altered_articles, find_altered_feedback
from qa.library.sqlite.metadata import read_state
from qa.library.sqlite.story_rows import count_unfiled
from qa.library.sqlite.words.lexical import check_spellings, check_words

__all__ = ["find_problems"]

Check = Callable[[sqlite3.Connection], Iterator[str]]

SHOWN = 5
"""Most ids in a message."""

_RESTORE = "restore library.db from a backup, or add the articles to a new library"
_REBUILD = "run `quotewell doctor --rebuild`"
_ADD_AGAIN = "remove the articles and add them again"


def find_problems(database: Database) -> Iterator[str]:
    """Yield a sentence for each problem in the database, saying how to repair it."""
    with database.read() as connection:
        problems = [problem for check in _CHECKS for problem in _run(check, connection)]
    yield from problems


def _run(check: Check, connection: sqlite3.Connection) -> list[str]:
    try:
        return list(check(connection))
    except LibraryError as error:
        return [str(error)]
    except SQLITE_DAMAGE as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            raise
        return [f"the database file is damaged ({error}): {_RESTORE}"]


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names


def _integrity(connection: sqlite3.Connection) -> Iterator[str]:
    result = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if result != "ok":
        yield f"the database file is damaged ({result}): {_RESTORE}"


def _foreign_keys(connection: sqlite3.Connection) -> Iterator[str]:
    if orphans := len(connection.execute("PRAGMA foreign_key_check").fetchall()):
        yield f"{count_of(orphans, 'row')} without an article or passage: {_RESTORE}"


def _missing_rows(connection: sqlite3.Connection) -> Iterator[str]:
    words = "(SELECT id FROM passage_words_docsize)"
    if count := _count(connection, f"passages WHERE id NOT IN {words}"):
        yield f"{count_of(count, 'passage')} missing from the word index: {_REBUILD}"
    if count := _count(connection, "passage_words_docsize WHERE id NOT IN (SELECT id FROM passages)"):
        yield f"{count_of(count, 'passage')} in the word index but not in the library: {_REBUILD}"
    either = "SELECT passage FROM vectors UNION ALL SELECT passage FROM pending_vectors"
    if count := _count(connection, f"passages WHERE id NOT IN ({either})"):
        yield f"{count_of(count, 'passage')} with neither a vector nor a note that it is pending: {_REBUILD}"
    if count := _count(connection, "pending_vectors WHERE passage IN (SELECT passage FROM vectors)"):
        yield f"{count_of(count, 'passage')} marked as pending but with a vector: {_REBUILD}"


def _articles_and_words(connection: sqlite3.Connection) -> Iterator[str]:
    if ids := list(find_altered_articles(connection)):
        shown = ", ".join(ids[:SHOWN]) + ("..." if len(ids) > SHOWN else "")
        repair = "remove it and add it again" if len(ids) == 1 else "remove them and add them again"
        yield f"{count_of(len(ids), 'article')} not as stored ({shown}): {repair}"
        return
    # These cannot be compared with altered texts.
    if not check_words(connection):
        yield f"the word index is damaged: {_REBUILD}"
    if not check_spellings(connection):
        yield f"words are missing from the table of spellings: {_REBUILD}"
    if count := count_unfiled(connection):
        yield f"{count_of(count, 'article')} not compared with the others for copies: {_REBUILD}"


def _altered_feedback(connection: sqlite3.Connection) -> Iterator[str]:
    if count := len(list(find_altered_feedback(connection))):
        yield f"{count_of(count, 'rating')} not as stored: {_RESTORE}, and rate the answers again"


def _vectors(connection: sqlite3.Connection) -> Iterator[str]:
    size = 2 * read_state(connection).dimension
    rows = connection.execute("SELECT checksum, vector FROM vectors")
    damaged = sum(
        not isinstance(vector, bytes) or len(vector) != size or zlib.crc32(vector) != checksum
        for checksum, vector in rows
    )
    if damaged:
        yield f"{count_of(damaged, 'damaged vector')}: {_REBUILD}"


_CHECKS: tuple[Check, ...] = (
    _integrity,
    _foreign_keys,
    _missing_rows,
    _articles_and_words,
    _altered_feedback,
    _vectors,
)
