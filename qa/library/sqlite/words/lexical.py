"""The word index, on FTS5: how it is filled, rebuilt, searched and checked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain

from qa.library.base import Suggestion
from qa.library.query_words import TOKENIZER, words_by_term
from qa.library.sqlite.filters import allowed_passages
from qa.library.sqlite.integrity.damage import SQLITE_DAMAGE
from qa.library.sqlite.words import spellings
from qa.types import Filters

__all__ = [
    "Words",
    "add_all_spellings",
    "check_spellings",
    "check_words",
    "delete_words",
    "insert_words",
    "match_expression",
    "rebuild_words",
    "search_lexical",
    "suggest_words",
]

Words = tuple[int, str, str]
"""The id, the context and the text of a passage."""

_SHADOWS = ("data", "idx", "docsize", "config")

# Tuned on SQuAD training paragraphs with their titles: a weight from 1 to 2 for the context does equally well.
CONTEXT_WEIGHT = 1.0
BODY_WEIGHT = 1.0


def match_expression(connection: sqlite3.Connection, query: str) -> str:
    """Return an FTS5 expression that matches any word of the query that is not a stop word; empty without words.

    Stop words count in a query of nothing else. Every word is quoted, so no input is a syntax error.
    """
    return " OR ".join(f'"{word}"' for word in words_by_term(connection, query).values())


def search_lexical(
    connection: sqlite3.Connection, query: str, k: int, filters: Filters | None
) -> list[tuple[int, float]]:
    """Return up to k passage ids with their BM25 scores, best first."""
    expression = match_expression(connection, query) if k > 0 else ""
    if not expression:
        return []
    condition, parameters = allowed_passages(filters)
    # The plus keeps SQLite from running the match again for each allowed row.
    restriction = f"AND +rowid IN ({condition})" if condition else ""
    rows = connection.execute(
        f"""
        SELECT rowid, bm25(passage_words, {CONTEXT_WEIGHT}, {BODY_WEIGHT}) AS cost
        FROM passage_words WHERE passage_words MATCH ? {restriction}
        ORDER BY cost, rowid LIMIT ?
        """,  # noqa: S608 - only constants and placeholders
        (expression, *parameters, k),
    )
    return [(passage, max(0.0, -cost)) for passage, cost in rows]


def insert_words(connection: sqlite3.Connection, passages: Iterable[Words]) -> None:
    """Index passages."""
    words = list(passages)
    connection.executemany("INSERT INTO passage_words (rowid, context, body) VALUES (?, ?, ?)", words)
    _add_spellings(connection, words)


def delete_words(connection: sqlite3.Connection, passages: Iterable[Words]) -> None:
    """Remove passages from the index. It is contentless: these must be the words that were inserted."""
    connection.executemany(
        "INSERT INTO passage_words (passage_words, rowid, context, body) VALUES ('delete', ?, ?, ?)", passages
    )


def rebuild_words(connection: sqlite3.Connection) -> None:
    """Index all passages again, except for those of articles that cannot be read."""
    connection.execute("INSERT INTO passage_words (passage_words) VALUES ('delete-all')")
    connection.execute("DELETE FROM spellings")
    for words in _stored_words(connection):
        insert_words(connection, words)


def add_all_spellings(connection: sqlite3.Connection) -> None:
    """Store the spellings of all passages, in a library that has none yet."""
    for words in _stored_words(connection):
        _add_spellings(connection, words)


def suggest_words(connection: sqlite3.Connection, word: str, k: int) -> list[Suggestion]:
    """Return up to k words that are spelt nearly like one that no passage holds, the best first."""
    return spellings.suggest_words(connection, word, k)


def check_words(connection: sqlite3.Connection) -> bool:
    """Return whether the index holds the words of the passages, and nothing else.

    FTS5 can compare an index with its content only if the content is a table. So a copy of the index is made that
    has such a table, in the connection's temporary database: the library itself is not written to.
    """
    connection.execute("SAVEPOINT check_words")
    try:
        connection.execute("CREATE TEMP TABLE word_texts (id INTEGER PRIMARY KEY, context TEXT, body TEXT)")
        connection.executemany(
            "INSERT INTO temp.word_texts VALUES (?, ?, ?)", chain.from_iterable(_stored_words(connection))
        )
        connection.execute(
            "CREATE VIRTUAL TABLE temp.word_check USING fts5 "
            f"(context, body, content = 'word_texts', content_rowid = 'id', tokenize = '{TOKENIZER}')"
        )
        for shadow in _SHADOWS:
            connection.execute(f"DELETE FROM temp.word_check_{shadow}")  # noqa: S608 - our own names
            copy = f"INSERT INTO temp.word_check_{shadow} SELECT * FROM main.passage_words_{shadow}"  # noqa: S608
            connection.execute(copy)
        connection.execute("INSERT INTO temp.word_check (word_check, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk is full, for example
            raise
        return False
    finally:
        connection.execute("ROLLBACK TO check_words")
        connection.execute("RELEASE check_words")
    return True


def check_spellings(connection: sqlite3.Connection) -> bool:
    """Return whether the spellings of all passages are stored."""
    return all(spellings.has_spellings(connection, _texts(words)) for words in _stored_words(connection))


def _add_spellings(connection: sqlite3.Connection, passages: Iterable[Words]) -> None:
    spellings.add_spellings(connection, _texts(passages))


def _texts(passages: Iterable[Words]) -> Iterator[str]:
    return (text for _, *texts in passages for text in texts)


def _stored_words(connection: sqlite3.Connection) -> Iterator[list[Words]]:
    """Yield the passages of each article that can be read."""
    query = 'SELECT id, context, start, "end" FROM passages WHERE article = ? ORDER BY id'
    for (position,) in connection.execute("SELECT position FROM articles").fetchall():
        try:
            text = connection.execute("SELECT text FROM articles WHERE position = ?", [position]).fetchone()[0]
            rows = connection.execute(query, [position]).fetchall()
            words = [(id_, context, text[start:end]) for id_, context, start, end in rows]
        except (*SQLITE_DAMAGE, TypeError):
            continue  # the row is damaged; the digests say so
        yield words
