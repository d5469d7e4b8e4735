"""Articles and passages as rows."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from qa.library.base import StoredPassage
from qa.library.source_patterns import file_name
from qa.library.sqlite.filters import article_condition, replace_surrogates
from qa.library.sqlite.integrity.damage import check_ascending, check_types, damaged_rows, strings
from qa.types import Article, ArticleInfo, Filters, Heading, Passage, Place

__all__ = [
    "ARTICLE_COLUMNS",
    "article_from_row",
    "article_row",
    "date_column",
    "list_articles",
    "read_article",
    "read_articles",
    "read_passages",
    "read_passages_of",
    "read_text",
]

ARTICLE_COLUMNS = "text, title, source, date, headings, pages, tags, metadata, places, language"


def article_row(article: Article, content_hash: str = "") -> dict[str, Any]:
    """Return the article's columns, except for its position.

    :param content_hash: the hash to store instead of the article's own.
    """
    return {
        "id": article.id,
        "source": article.source,
        "file_name": file_name(article.source),
        "title": article.title,
        "date": date_column(article.date),
        "characters": len(article.text),
        "content_hash": content_hash or article.content_hash,
        "added_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "tags": json.dumps(article.tags),
        "headings": json.dumps([(heading.start, heading.end, heading.level) for heading in article.headings]),
        "pages": json.dumps(article.pages),
        "metadata": json.dumps(dict(article.metadata)),
        "places": json.dumps([(place.start, place.label, place.line, place.box) for place in article.places]),
        "language": article.language,
        "text": article.text,
    }


def read_article(connection: sqlite3.Connection, article_id: str) -> Article | None:
    """Return an article, or None if there is no such article."""
    query = f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?"  # noqa: S608 - a constant
    row = connection.execute(query, [replace_surrogates(article_id)]).fetchone()
    return row and article_from_row(row)


def date_column(date: dt.date | None) -> str | None:
    """Return a date as it is stored: YYYY-MM-DD, also for a datetime."""
    return date.isoformat()[:10] if date else None


def article_from_row(row: tuple[Any, ...]) -> Article:
    """Return the article of a row of :data:`ARTICLE_COLUMNS`.

    :raises LibraryError: if the row is damaged.
    """
    text, title, source, date, headings, pages, tags, metadata, places, language = row
    with damaged_rows():
        values, page_offsets = json.loads(metadata), tuple(json.loads(pages))
        check_types(str, text, title, source, language)
        check_types(int, *page_offsets)
        check_types(dict, values)
        check_types(str, *values.values())
        return Article.stored(
            text=text,
            title=title,
            source=source,
            date=_date(date),
            headings=tuple(Heading(*heading) for heading in json.loads(headings)),
            pages=page_offsets,
            tags=strings(tags),
            metadata=values,
            places=tuple(Place(*place) for place in json.loads(places)),
            language=language,
        )


def read_articles(connection: sqlite3.Connection, after: int = 0) -> Iterator[tuple[int, Article]]:
    """Yield the articles behind a position, each with its own, in the order in which they were first added."""
    query = f"SELECT position, {ARTICLE_COLUMNS} FROM articles WHERE position > ? ORDER BY position"  # noqa: S608
    for position, *row in connection.execute(query, [after]):
        with damaged_rows("the table of articles"):
            check_ascending(after, position)
        after = position
        yield position, article_from_row(tuple(row))


def list_articles(
    connection: sqlite3.Connection, filters: Filters | None, after: int = 0, limit: int | None = None
) -> list[ArticleInfo]:
    """Return a listing of the articles behind a position that the filters allow."""
    condition, parameters = article_condition(filters)
    rows = connection.execute(
        f"""
        SELECT id, title, source, date, tags, characters,
               (SELECT count(*) FROM passages WHERE article = position), position, language
        FROM articles WHERE position > ? {condition and "AND " + condition} ORDER BY position LIMIT ?
        """,  # noqa: S608 - the condition consists of our own names and placeholders
        [after, *parameters, -1 if limit is None else limit],
    )
    articles: list[ArticleInfo] = []
    with damaged_rows():
        for id_, title, source, date, tags, characters, passages, position, language in rows:
            check_types(str, id_, title, source, language)
            check_types(int, characters)
            check_ascending(after, position)
            after = position
            labels = strings(tags)
            articles.append(
                ArticleInfo(id_, title, source, _date(date), labels, characters, passages, position, language)
            )
    return articles


def read_text(connection: sqlite3.Connection, article_id: str, start: int, end: int) -> str | None:
    """Return a slice of an article's text, or None if there is no such article."""
    query = "SELECT substr(text, ?, ?), characters FROM articles WHERE id = ?"
    row = connection.execute(query, [start + 1, max(0, end - start), article_id]).fetchone()
    if row is None:
        return None
    text, characters = row
    with damaged_rows():
        check_types(str, text)
        check_types(int, characters)
    if len(text) < min(end, characters) - start:  # substr() stops at NUL
        whole = connection.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()[0]
        return str(whole[start:end])
    return str(text)


def read_passages(connection: sqlite3.Connection, ids: Sequence[int]) -> list[StoredPassage]:
    """Return those of the passages that exist, with their texts."""
    return _read_passages(connection, "passages.id", ids)


def read_passages_of(connection: sqlite3.Connection, article_ids: Sequence[str]) -> list[StoredPassage]:
    """Return the passages of the articles, with their texts."""
    return _read_passages(connection, "articles.id", article_ids)


def _read_passages(connection: sqlite3.Connection, column: str, keys: Sequence[int | str]) -> list[StoredPassage]:
    query = f"""
        SELECT article, passages.id, articles.id, start, "end", context
        FROM passages JOIN articles ON position = article
        WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY article
    """  # noqa: S608 - one of two names of our own
    rows = connection.execute(query, [json.dumps(list(keys))]).fetchall()
    passages: list[StoredPassage] = []
    for position, group in groupby(rows, key=itemgetter(0)):
        # Sliced here, not in SQL: substr() stops at NUL.
        text = connection.execute("SELECT text FROM articles WHERE position = ?", [position]).fetchone()[0]
        with damaged_rows():
            check_types(str, text)
            for _, id_, article_id, start, end, context in group:
                check_types(int, start, end)
                check_types(str, article_id, context)
                passages.append(StoredPassage(id_, Passage(article_id, start, end), text[start:end], context))
    return passages


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
