"""Digests of the stored rows, by which the health check notices what was altered behind the library's back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from qa.library.sqlite.integrity.damage import SQLITE_DAMAGE

__all__ = [
    "find_altered_articles",
    "find_altered_feedback",
    "has_digest",
    "write_all_digests",
    "write_article_digest",
    "write_feedback_digest",
]

# The columns are named, so that a column that is added later does not change the digests.
_ARTICLE = (
    "SELECT position, id, source, file_name, title, date, characters, content_hash, added_at, tags, headings, "
    "pages, metadata, text FROM articles WHERE position = ?"
)
# Articles without places and a language keep the digests that they had before there were any.
_PLACES = "SELECT places FROM articles WHERE position = ? AND places != '[]'"
_LANGUAGE = "SELECT language FROM articles WHERE position = ? AND language != ''"
_PASSAGES = 'SELECT id, start, "end", context FROM passages WHERE article = ? ORDER BY id'
_FEEDBACK = (
    "SELECT id, given_at, verdict, comment, question, answer, confidence, min_confidence, article_id, source, "
    "title, start, context, context_start FROM feedback WHERE id = ?"
)


def write_article_digest(connection: sqlite3.Connection, position: int) -> None:
    """Store the digest of an article and its passages, as they are now."""
    _store_digest(connection, position, _article_digest(connection, position))


def write_feedback_digest(connection: sqlite3.Connection, feedback_id: int) -> None:
    """Store the digest of feedback as it is now."""
    digest = _feedback_digest(connection, feedback_id)
    connection.execute("UPDATE feedback SET digest = ? WHERE id = ?", [digest, feedback_id])


def has_digest(connection: sqlite3.Connection, position: int) -> bool:
    """Return whether the article and its passages are as they were when their digest was stored."""
    try:
        query = "SELECT digest FROM article_digests WHERE article = ?"
        row = connection.execute(query, [position]).fetchone()
        return row is not None and row[0] == _article_digest(connection, position)
    except SQLITE_DAMAGE:  # a page is damaged, or a text is not UTF-8
        return False


def find_altered_articles(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the ids of the articles that differ from their digests."""
    query = "SELECT position, CAST(id AS BLOB) FROM articles ORDER BY position"
    for position, article_id in connection.execute(query).fetchall():
        if not has_digest(connection, position):
            yield (article_id or b"?").decode(errors="replace")


def find_altered_feedback(connection: sqlite3.Connection) -> Iterator[int]:
    """Yield the ids of the feedback that differs from its digest."""
    for feedback_id, digest in connection.execute("SELECT id, digest FROM feedback").fetchall():
        try:
            is_same = digest == _feedback_digest(connection, feedback_id)
        except SQLITE_DAMAGE:
            is_same = False
        if not is_same:
            yield feedback_id


def write_all_digests(connection: sqlite3.Connection) -> None:
    """Store the digests of a library that has none yet. Damaged articles get none, and ``doctor`` names them."""
    for position, characters in connection.execute("SELECT position, characters FROM articles").fetchall():
        try:
            columns = connection.execute(_ARTICLE, [position]).fetchone()
            if len(columns[-1]) == characters and all(json.loads(column) is not None for column in columns[9:13]):
                _store_digest(connection, position, _digest(_article_rows(connection, position)))
        except (sqlite3.DatabaseError, TypeError, ValueError):
            continue
    for (feedback_id,) in connection.execute("SELECT id FROM feedback").fetchall():
        try:
            write_feedback_digest(connection, feedback_id)
        except SQLITE_DAMAGE:
            continue


def _store_digest(connection: sqlite3.Connection, position: int, digest: bytes) -> None:
    query = "INSERT OR REPLACE INTO article_digests (article, digest) VALUES (?, ?)"
    connection.execute(query, [position, digest])


def _article_digest(connection: sqlite3.Connection, position: int) -> bytes:
    later = [row for query in (_PLACES, _LANGUAGE) for row in connection.execute(query, [position])]
    return _digest([*_article_rows(connection, position), *later])


def _article_rows(connection: sqlite3.Connection, position: int) -> list[Any]:
    """Return the article and its passages as rows, without what libraries once did not have."""
    article = connection.execute(_ARTICLE, [position]).fetchone()
    return [article, connection.execute(_PASSAGES, [position]).fetchall()]


def _feedback_digest(connection: sqlite3.Connection, feedback_id: int) -> bytes:
    return _digest(connection.execute(_FEEDBACK, [feedback_id]).fetchone())


def _digest(rows: object) -> bytes:
    """Return the SHA-256 of rows. Values of a wrong type, such as bytes in a damaged row, count as well."""
    return hashlib.sha256(json.dumps(rows, default=repr).encode()).digest()
