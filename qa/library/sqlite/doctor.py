"""Checks a library against itself."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator

from qa.errors import LibraryError
from qa.library.base import HealthReport
from qa.library.sqlite.database import Database
from qa.library.sqlite.index.index_cache import IndexCache
from qa.library.sqlite.state import read_state

__all__ = ["examine"]

Check = Callable[[sqlite3.Connection], Iterator[str]]

_TABLES = ("articles", "passages", "vectors", "pending_vectors")
_RESTORE = "restore library.db from a backup, or add the articles to a new library"
_REBUILD = "run `quotewell doctor --rebuild`"
_ADD_AGAIN = "remove those articles and add them again"


def examine(database: Database, cache: IndexCache) -> HealthReport:
    """Return the counts, and a sentence for each problem, with what mends it."""
    with database.read() as connection:
        generation = read_state(connection).generation
        articles, passages, vectors, pending = (_count(connection, table) for table in _TABLES)
        problems = [problem for check in _CHECKS for problem in _run(check, connection)]
    problems += _broken_words(database)
    problems += cache.problems()
    return HealthReport(articles, passages, vectors, generation, tuple(problems), pending)


def _run(check: Check, connection: sqlite3.Connection) -> list[str]:
    try:
        return list(check(connection))
    except sqlite3.DatabaseError as error:
        return [f"the database file is damaged ({error}): {_RESTORE}"]


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names


def _integrity(connection: sqlite3.Connection) -> Iterator[str]:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        yield f"the database file is damaged ({found}): {_RESTORE}"


def _foreign_keys(connection: sqlite3.Connection) -> Iterator[str]:
    orphans = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    if orphans:
        yield f"{orphans} rows belong to no article or passage: {_RESTORE}"


def _missing_rows(connection: sqlite3.Connection) -> Iterator[str]:
    words = "(SELECT id FROM passage_words_docsize)"
    if lost := _count(connection, f"passages WHERE id NOT IN {words}"):
        yield f"{lost} passages are not in the word index: {_ADD_AGAIN}"
    if left := _count(connection, "passage_words_docsize WHERE id NOT IN (SELECT id FROM passages)"):
        yield f"the word index has {left} passages that do not exist: {_RESTORE}"
    known = "SELECT passage FROM vectors UNION ALL SELECT passage FROM pending_vectors"
    if lost := _count(connection, f"passages WHERE id NOT IN ({known})"):
        yield f"{lost} passages have no vector: {_REBUILD}"
    if twice := _count(connection, "pending_vectors WHERE passage IN (SELECT passage FROM vectors)"):
        yield f"{twice} passages wait for a vector that they have: {_REBUILD}"


def _offsets(connection: sqlite3.Connection) -> Iterator[str]:
    query = """
        SELECT count(*) FROM passages JOIN articles ON position = article
        WHERE NOT (0 <= start AND start < "end" AND "end" <= characters)
    """
    outside = connection.execute(query).fetchone()[0]
    if outside:
        yield f"{outside} passages lie outside their article: {_ADD_AGAIN}"


def _texts(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute("SELECT text, characters, headings, pages, tags, metadata FROM articles")
    broken = 0
    for text, characters, *columns in rows:
        broken += len(text) != characters or not all(map(_is_json, columns))
    if broken:
        yield f"{broken} articles are not as they were stored: {_ADD_AGAIN}"


def _vectors(connection: sqlite3.Connection) -> Iterator[str]:
    size = 2 * read_state(connection).dimension
    rows = connection.execute("SELECT checksum, vector FROM vectors")
    damaged = sum(len(vector) != size or zlib.crc32(vector) != checksum for checksum, vector in rows)
    if damaged:
        yield f"{damaged} vectors are damaged: {_REBUILD}"


def _broken_words(database: Database) -> Iterator[str]:
    """FTS5 checks itself by an INSERT that writes nothing, but needs the write lock."""
    try:
        with database.write() as connection:
            connection.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
    except LibraryError as error:
        yield f"the word index is damaged or could not be checked ({error}): {_RESTORE}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


_CHECKS: tuple[Check, ...] = (
    _integrity,
    _foreign_keys,
    _missing_rows,
    _offsets,
    _texts,
    _vectors,
)
