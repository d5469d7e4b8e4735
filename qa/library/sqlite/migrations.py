"""The schema of a library, in numbered migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from qa.errors import LibraryError
from qa.library.sqlite.integrity.digests import write_all_digests
from qa.library.sqlite.story_rows import file_all
from qa.library.sqlite.words.lexical import add_all_spellings
from qa.library.sqlite.writing import recognise_languages

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "migrate", "schema_version"]

APPLICATION_ID = int.from_bytes(b"Qtwl", "big")
"""Marks a SQLite file as a Quotewell library."""

_Steps = tuple[str | Callable[[sqlite3.Connection], None], ...]

# passage_words is contentless: the text is stored once, in its article. Deleting a row takes the indexed strings.
# vectors_checksum is a covering index: finding out which vectors exist reads no vectors.
_FIRST = (
    """
    CREATE TABLE library (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        encoder TEXT NOT NULL,
        dimension INTEGER NOT NULL,
        generation INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE articles (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        file_name TEXT NOT NULL,
        title TEXT NOT NULL,
        date TEXT,
        characters INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        added_at TEXT NOT NULL,
        tags TEXT NOT NULL,
        headings TEXT NOT NULL,
        pages TEXT NOT NULL,
        metadata TEXT NOT NULL,
        text TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        article INTEGER NOT NULL REFERENCES articles (position) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        context TEXT NOT NULL
    )
    """,
    "CREATE INDEX passages_article ON passages (article)",
    """
    CREATE TABLE vectors (
        passage INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
        checksum INTEGER NOT NULL,
        vector BLOB NOT NULL
    )
    """,
    "CREATE INDEX vectors_checksum ON vectors (checksum)",
    """
    CREATE VIRTUAL TABLE passage_words USING fts5 (
        context, body, content = '', tokenize = 'porter unicode61 remove_diacritics 2'
    )
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
)

# No reference to articles: feedback outlives the article that was quoted.
_FEEDBACK = (
    """
    CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        given_at TEXT NOT NULL,
        verdict TEXT NOT NULL,
        comment TEXT NOT NULL,
        question TEXT NOT NULL,
        answer TEXT,
        confidence REAL,
        min_confidence REAL NOT NULL,
        article_id TEXT NOT NULL,
        source TEXT NOT NULL,
        title TEXT NOT NULL,
        start INTEGER,
        context TEXT NOT NULL,
        context_start INTEGER NOT NULL
    )
    """,
)

# A passage is in pending_vectors until its vector is written; one in neither table has lost its vector.
# vectors_arrival finds new vectors, and replaces vectors_checksum as the covering index.
_PENDING = (
    "CREATE TABLE pending_vectors (passage INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE)",
    "ALTER TABLE vectors ADD COLUMN generation INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX vectors_checksum",
    "CREATE INDEX vectors_arrival ON vectors (generation, checksum)",
)

# The digests are in a separate table, so that SQLite can change one without rewriting the article's text.
_DIGESTS: _Steps = (
    """
    CREATE TABLE article_digests (
        article INTEGER PRIMARY KEY REFERENCES articles (position) ON DELETE CASCADE,
        digest BLOB NOT NULL
    )
    """,
    "ALTER TABLE feedback ADD COLUMN digest BLOB",
    write_all_digests,
)

_PLACES = ("ALTER TABLE articles ADD COLUMN places TEXT NOT NULL DEFAULT '[]'",)
_LANGUAGE = ("ALTER TABLE articles ADD COLUMN language TEXT NOT NULL DEFAULT ''",)

# No reference to articles: a file may give several, and two files the same.
_FOLLOWED = (
    """
    CREATE TABLE followed_files (
        path TEXT PRIMARY KEY,
        signature TEXT NOT NULL,
        articles TEXT NOT NULL
    ) WITHOUT ROWID
    """,
)

_SPELLINGS: _Steps = ("CREATE TABLE spellings (word TEXT PRIMARY KEY) WITHOUT ROWID", add_all_spellings)

_RECOGNISED: _Steps = (recognise_languages,)

# Articles with the same number in article_stories tell one story. Those of an earlier library are compared here,
# so that no other part has to know of articles that were not. It takes a few milliseconds each and embeds nothing.
_STORIES: _Steps = (
    """
    CREATE TABLE article_stories (
        article INTEGER PRIMARY KEY REFERENCES articles (position) ON DELETE CASCADE,
        story INTEGER NOT NULL
    )
    """,
    "CREATE INDEX article_stories_story ON article_stories (story)",
    """
    CREATE TABLE story_buckets (
        bucket INTEGER NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (position) ON DELETE CASCADE,
        PRIMARY KEY (bucket, article)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX story_buckets_article ON story_buckets (article)",
    file_all,
)

_MIGRATIONS: tuple[_Steps, ...] = (
    _FIRST, _FEEDBACK, _PENDING, _DIGESTS, _PLACES, _LANGUAGE, _FOLLOWED, _SPELLINGS, _RECOGNISED,
    _STORIES,
)  # fmt: skip
"""The steps from each version to the next: statements, or functions. Append; never change a released one."""

SCHEMA_VERSION = len(_MIGRATIONS)


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the version of the schema, 0 for an empty file.

    :raises LibraryError: if another application or a newer version made the file.
    """
    version = _pragma(connection, "user_version")
    is_ours = _pragma(connection, "application_id") == APPLICATION_ID
    if not is_ours and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise LibraryError("library.db is a SQLite database of another program: choose an empty or a new folder")
    if version > SCHEMA_VERSION:
        raise LibraryError(
            f"the library was made by a newer version of Quotewell (schema {version}; this one "
            f"reads up to {SCHEMA_VERSION}); upgrade with `pip install --upgrade quotewell`"
        )
    return version


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, inside the caller's transaction."""
    for steps in _MIGRATIONS[schema_version(connection) :]:
        for step in steps:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
