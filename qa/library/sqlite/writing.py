"""Articles to rows, inside a transaction: passages, FTS rows, and vectors or the note that they are pending."""

from __future__ import annotations

import json
import sqlite3

from qa.errors import LibraryError
from qa.languages import recognise_language
from qa.library.admission import check_names
from qa.library.base import IndexedArticle
from qa.library.sqlite.filters import replace_surrogates
from qa.library.sqlite.integrity.digests import has_digest, write_article_digest
from qa.library.sqlite.rows import article_row, date_column
from qa.library.sqlite.story_rows import file_article
from qa.library.sqlite.vectors import VectorChanges, insert_vectors
from qa.library.sqlite.words.lexical import delete_words, insert_words, rebuild_words
from qa.types import Article

__all__ = ["put_article", "recognise_languages", "relabel_article", "remove_article"]


def put_article(connection: sqlite3.Connection, indexed: IndexedArticle, changes: VectorChanges) -> None:
    """Add the article, or replace it in its place; record in ``changes`` which vectors came and went."""
    row = article_row(indexed.article, indexed.content_hash)
    position = _position(connection, indexed.article.id)
    if position is None:
        query = f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
        position = connection.execute(query, tuple(row.values())).lastrowid or 0
    else:
        _clear(connection, position, changes)
        query = f"UPDATE articles SET {' = ?, '.join(row)} = ? WHERE position = ?"  # noqa: S608
        connection.execute(query, (*row.values(), position))
    _insert_passages(connection, position, indexed, changes)
    file_article(connection, position, indexed.article.text)
    write_article_digest(connection, position)


def relabel_article(connection: sqlite3.Connection, article: Article) -> None:
    """Store the article's title, tags, date, metadata and language.

    :raises LibraryError: if there is no such article, or its title cannot be stored.
    """
    check_names(article, *article.tags, article.language)
    position = _position(connection, article.id)
    if position is None:
        raise LibraryError(f"the article {article.id} is no longer in the library")
    if not has_digest(connection, position):  # a new digest would hide the damage
        raise LibraryError(f"the article {article.id} is damaged: remove it and add it again")
    query = "UPDATE articles SET title = ?, tags = ?, date = ?, metadata = ?, language = ? WHERE position = ?"
    tags, metadata = json.dumps(article.tags), json.dumps(dict(article.metadata))
    values = [article.title, tags, date_column(article.date), metadata, article.language, position]
    connection.execute(query, values)
    write_article_digest(connection, position)


def recognise_languages(connection: sqlite3.Connection) -> None:
    """Store the languages of articles that were added before languages were recognised, but for damaged ones."""
    for (position,) in connection.execute("SELECT position FROM articles WHERE language = ''").fetchall():
        if not has_digest(connection, position):
            continue
        text = connection.execute("SELECT text FROM articles WHERE position = ?", [position]).fetchone()[0]
        if language := recognise_language(text):
            connection.execute("UPDATE articles SET language = ? WHERE position = ?", [language, position])
            write_article_digest(connection, position)


def remove_article(connection: sqlite3.Connection, article_id: str, changes: VectorChanges) -> bool:
    """Remove the article with everything that belongs to it; return whether it existed."""
    position = _position(connection, article_id)
    if position is None:
        return False
    _clear(connection, position, changes)
    connection.execute("DELETE FROM articles WHERE position = ?", [position])
    return True


def _position(connection: sqlite3.Connection, article_id: str) -> int | None:
    row = connection.execute(
        "SELECT position FROM articles WHERE id = ?", [replace_surrogates(article_id)]
    ).fetchone()
    return row and int(row[0])


def _insert_passages(
    connection: sqlite3.Connection, position: int, indexed: IndexedArticle, changes: VectorChanges
) -> None:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    first = (row[0] if row else 0) + 1
    ids = range(first, first + len(indexed.passages))
    parts = list(zip(ids, indexed.passages, indexed.contexts, strict=True))
    text = indexed.article.text
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
        ((id_, position, passage.start, passage.end, context) for id_, passage, context in parts),
    )
    insert_words(
        connection, ((id_, context, text[passage.start : passage.end]) for id_, passage, context in parts)
    )
    if indexed.vectors is None:
        connection.executemany("INSERT INTO pending_vectors VALUES (?)", ((id_,) for id_ in ids))
    else:
        insert_vectors(connection, ids, indexed.vectors, changes)


def _clear(connection: sqlite3.Connection, position: int, changes: VectorChanges) -> None:
    """Delete the article's passages and their words; their vectors go by the foreign key."""
    is_intact = has_digest(connection, position)
    ids = [id_ for (id_,) in connection.execute("SELECT id FROM passages WHERE article = ?", [position])]
    if is_intact:
        text = connection.execute("SELECT text FROM articles WHERE position = ?", [position]).fetchone()[0]
        query = 'SELECT id, context, start, "end" FROM passages WHERE article = ?'
        rows = connection.execute(query, [position]).fetchall()
        delete_words(connection, ((id_, context, text[start:end]) for id_, context, start, end in rows))
    connection.execute("DELETE FROM passages WHERE article = ?", [position])
    if not is_intact:  # the words that were indexed are not known
        rebuild_words(connection)
    changes.removed.extend(ids)
