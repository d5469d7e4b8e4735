"""Articles and passages as rows of PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from psycopg import sql

from qa.library.base import StoredPassage
from qa.library.postgres.conditions import article_condition
from qa.library.postgres.server.server_pool import Connection
from qa.library.source_patterns import file_name
from qa.types import Article, ArticleInfo, Filters, Heading, Passage, Place

__all__ = [
    "article_row",
    "list_articles",
    "read_articles",
    "read_page",
    "read_passages",
    "storable",
]

_FIELDS = "text, title, source, date, headings, pages, tags, metadata, places, language"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Return the text with NUL and lone surrogates replaced: PostgreSQL refuses them, and no article has any."""
    return _UNSTORABLE.sub("\ufffd", text)


def article_row(article: Article, content_hash: str = "") -> dict[str, Any]:
    """Return the article's columns, except for its position.

    :param content_hash: the hash to store instead of the article's own.
    """
    return {
        "id": article.id,
        "source": article.source,
        "file_name": file_name(article.source),
        "title": article.title,
        "date": article.date,
        "characters": len(article.text),
        "content_hash": content_hash or article.content_hash,
        "tags": list(article.tags),
        "language": article.language,
        "headings": json.dumps([(heading.start, heading.end, heading.level) for heading in article.headings]),
        "pages": json.dumps(article.pages),
        "places": json.dumps([(place.start, place.label, place.line, place.box) for place in article.places]),
        "metadata": json.dumps(dict(article.metadata)),
        "text": article.text,
    }


def read_articles(connection: Connection, ids: Sequence[str]) -> dict[str, Article]:
    """Return those of the articles that exist, by id."""
    query = f"SELECT id, {_FIELDS} FROM articles WHERE id = ANY(%s)"  # noqa: S608 - constants
    return {id_: _article(row) for id_, *row in connection.execute(query, [[*map(storable, ids)]])}


def read_page(connection: Connection, after: int, size: int) -> list[tuple[int, Article]]:
    """Return the articles behind a position, each with its own, in the order in which they were first added."""
    query = f"SELECT position, {_FIELDS} FROM articles WHERE position > %s ORDER BY position LIMIT %s"  # noqa: S608
    return [(position, _article(row)) for position, *row in connection.execute(query, [after, size])]


def list_articles(
    connection: Connection, filters: Filters | None, after: int, limit: int | None
) -> list[ArticleInfo]:
    """Return a listing of the articles behind a position that the filters allow."""
    condition, parameters = article_condition(filters)
    query = sql.SQL(
        "SELECT id, title, source, date, tags, characters, "
        "(SELECT count(*) FROM passages WHERE article = position), position, language "
        "FROM articles WHERE position > %s AND {} ORDER BY position LIMIT %s"
    ).format(condition)
    rows = connection.execute(query, [after, *parameters, limit])
    return [
        ArticleInfo(id_, title, source, date, tuple(tags), characters, passages, position, language)
        for id_, title, source, date, tags, characters, passages, position, language in rows
    ]


def read_passages(connection: Connection, column: str, keys: Sequence[int | str]) -> list[StoredPassage]:
    """Return the passages with these values in a column, ordered by their ids, with their texts.

    :param column: ``passages.id`` or ``articles.id``.
    """
    # The text of an article is decompressed as a whole, so it is sent once and sliced here.
    query = sql.SQL(
        'SELECT passages.id, articles.id, start, "end", context, '
        "CASE row_number() OVER (PARTITION BY article ORDER BY passages.id) WHEN 1 THEN text END "
        "FROM passages JOIN articles ON position = article WHERE {} = ANY(%s) ORDER BY passages.id"
    ).format(sql.Identifier(*column.split(".")))
    texts: dict[str, str] = {}
    passages = []
    for id_, article_id, start, end, context, text in connection.execute(query, [list(keys)]):
        whole = texts.setdefault(article_id, text)
        passages.append(StoredPassage(id_, Passage(article_id, start, end), whole[start:end], context))
    return passages


def _article(row: Sequence[Any]) -> Article:
    text, title, source, date, headings, pages, tags, metadata, places, language = row
    return Article.stored(
        text=text,
        title=title,
        source=source,
        date=date,
        headings=tuple(Heading(*heading) for heading in headings),
        pages=tuple(pages),
        tags=tuple(tags),
        metadata=metadata,
        places=tuple(Place(*place) for place in places),
        language=language,
    )
