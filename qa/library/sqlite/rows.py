"""Articles to rows and back."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from embeddings.encoder import Vectors
from qa.errors import LibraryError
from qa.library.base import IndexedArticle, StoredPassage
from qa.types import Article, ArticleInfo, Heading, Passage

__all__ = [
    "ARTICLE_COLUMNS",
    "article_from_row",
    "article_row",
    "check",
    "check_names",
    "check_vectors",
    "infos",
    "read_articles",
    "read_passages",
]

ARTICLE_COLUMNS = "text, title, source, date, headings, pages, tags, metadata"


def article_row(article: Article, content_hash: str = "") -> dict[str, Any]:
    """Return the article's columns but its position.

    :param content_hash: the one to store instead of the article's own.
    """
    return {
        "id": article.id,
        "source": article.source,
        "file_name": re.split(r"[/\\]", article.source)[-1],
        "title": article.title,
        "date": article.date and article.date.isoformat()[:10],
        "characters": len(article.text),
        "content_hash": content_hash or article.content_hash,
        "added_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "tags": json.dumps(article.tags),
        "headings": json.dumps([(heading.start, heading.end, heading.level) for heading in article.headings]),
        "pages": json.dumps(article.pages),
        "metadata": json.dumps(dict(article.metadata)),
        "text": article.text,
    }


def article_from_row(row: tuple[Any, ...]) -> Article:
    """Return the article of a row of :data:`ARTICLE_COLUMNS`."""
    text, title, source, date, headings, pages, tags, metadata = row
    return Article(
        text=text,
        title=title,
        source=source,
        date=_date(date),
        headings=tuple(Heading(*heading) for heading in json.loads(headings)),
        pages=tuple(json.loads(pages)),
        tags=tuple(json.loads(tags)),
        metadata=json.loads(metadata),
    )


def read_articles(connection: sqlite3.Connection, after: int = 0) -> Iterator[tuple[int, Article]]:
    """Yield the articles behind a position with theirs, in the order in which they were first added."""
    query = f"SELECT position, {ARTICLE_COLUMNS} FROM articles WHERE position > ? ORDER BY position"  # noqa: S608
    for position, *row in connection.execute(query, [after]):
        yield position, article_from_row(tuple(row))


def infos(connection: sqlite3.Connection, condition: str, parameters: list[str]) -> list[ArticleInfo]:
    """Return the listing of the articles that the condition (empty: none) allows."""
    rows = connection.execute(
        f"""
        SELECT id, title, source, date, tags, characters,
               (SELECT count(*) FROM passages WHERE article = position)
        FROM articles {condition and "WHERE " + condition} ORDER BY position
        """,  # noqa: S608 - the condition holds placeholders alone
        parameters,
    )
    return [
        ArticleInfo(id_, title, source, _date(date), tuple(json.loads(tags)), characters, passages)
        for id_, title, source, date, tags, characters, passages in rows
    ]


def read_passages(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, StoredPassage]:
    """Return those of the passages that exist, by id, with their texts."""
    query = """
        SELECT article, passages.id, articles.id, start, "end", context
        FROM passages JOIN articles ON position = article
        WHERE passages.id IN (SELECT value FROM json_each(?)) ORDER BY article
    """
    rows = connection.execute(query, [json.dumps(list(ids))]).fetchall()
    found: dict[int, StoredPassage] = {}
    for position, group in groupby(rows, key=itemgetter(0)):
        # Sliced here, not in SQL: substr() stops at NUL.
        text = connection.execute("SELECT text FROM articles WHERE position = ?", [position]).fetchone()[0]
        for _, id_, article_id, start, end, context in group:
            found[id_] = StoredPassage(id_, Passage(article_id, start, end), text[start:end], context)
    return found


def check(indexed: IndexedArticle, dimension: int) -> None:
    """Make sure that an article can be stored and read back as it is.

    :raises LibraryError: when its parts do not fit each other, or its names hold half characters.
    """
    article, count = indexed.article, len(indexed.passages)
    name = repr(article.title or article.source)
    check_names(article, *indexed.contexts)
    if indexed.vectors is not None:
        check_vectors(name, indexed.vectors, count, dimension)
    if len(indexed.contexts) != count:
        raise LibraryError(f"{name}: {count} passages need as many contexts, not {len(indexed.contexts)}")
    for passage in indexed.passages:
        if passage.article_id != article.id or not 0 <= passage.start < passage.end <= len(article.text):
            raise LibraryError(f"{name}: {passage} does not lie in the article ({len(article.text)} characters)")


def check_vectors(name: str, vectors: Vectors, count: int, dimension: int) -> None:
    """Make sure that there are so many vectors, and of numbers.

    :raises LibraryError: when there are not; it begins with the name.
    """
    if vectors.shape != (count, dimension):
        raise LibraryError(
            f"{name}: the library needs vectors of shape ({count}, {dimension}), not {vectors.shape}; "
            "was it built with another encoder?"
        )
    if not np.isfinite(vectors).all():
        raise LibraryError(f"{name}: the encoder made vectors that are not numbers; check the encoder's files")


def check_names(article: Article, *contexts: str) -> None:
    """Make sure that SQLite can store what the article is called.

    :raises LibraryError: when a name holds half characters.
    """
    try:
        "".join([article.source, article.title, *contexts]).encode()
    except UnicodeEncodeError:
        name = repr(article.title or article.source)
        raise LibraryError(f"{name}: its name holds half a character (a lone surrogate); rename it") from None


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
