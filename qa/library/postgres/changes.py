"""Articles to rows, inside a transaction: passages, their terms, and vectors or the note that they are pending."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from embeddings.encoder import Vectors
from qa.errors import LibraryError
from qa.library.admission import check_article, check_encoder, check_names
from qa.library.base import IndexedArticle
from qa.library.postgres.article_rows import article_row, read_page, storable
from qa.library.postgres.nearest import copy_vectors
from qa.library.postgres.server.server_pool import Connection
from qa.library.postgres.story_tables import file_articles
from qa.library.postgres.word_ranking import TermSplitter, add_spellings, add_terms, subtract_terms
from qa.types import Article

__all__ = [
    "LibraryRow",
    "SplitArticle",
    "lock_library",
    "new_generation",
    "put_articles",
    "rebuild_terms",
    "relabel",
    "remove_articles",
    "split",
]

PAGE = 50
"""Articles whose terms are renewed at a time."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """The row that describes the library; ``last_passage`` is the highest id of a passage so far."""

    encoder: str
    dimension: int
    generation: int
    last_passage: int


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article to store, and how often each of its passages has each of its terms."""

    indexed: IndexedArticle
    terms: Sequence[Counter[str]]

    @property
    def texts(self) -> Iterator[str]:
        """The texts and the contexts of the passages."""
        text = self.indexed.article.text
        yield from self.indexed.contexts
        yield from (text[passage.start : passage.end] for passage in self.indexed.passages)


def lock_library(connection: Connection, encoder: str | None) -> LibraryRow:
    """Return the row of the library, which no other transaction changes until this one ends.

    Every change takes this lock first: so changes neither overtake nor deadlock each other.

    :raises LibraryError: if the vectors are now those of another encoder.
    """
    query = "SELECT encoder, dimension, generation, last_passage FROM library FOR UPDATE"
    row = connection.execute(query).fetchone()
    if row is None:
        raise LibraryError("the library does not say its encoder: restore the database from a backup")
    library = LibraryRow(*row)
    check_encoder(library.encoder, encoder)
    return library


def new_generation(connection: Connection) -> None:
    """Count a change of articles or vectors."""
    connection.execute("UPDATE library SET generation = generation + 1")


def split(splitter: TermSplitter, articles: Sequence[IndexedArticle]) -> list[SplitArticle]:
    """Count the terms of each passage. It takes a while, and no lock."""
    texts = [
        storable(f"{context}\n{indexed.article.text[passage.start : passage.end]}")
        for indexed in articles
        for passage, context in zip(indexed.passages, indexed.contexts, strict=False)  # checked when they are put
    ]
    terms = iter(splitter.terms(texts))
    return [
        SplitArticle(
            indexed,
            [Counter(counted) for *_, counted in zip(indexed.passages, indexed.contexts, terms, strict=False)],
        )
        for indexed in articles
    ]


def put_articles(connection: Connection, library: LibraryRow, articles: Sequence[SplitArticle]) -> None:
    """Add the articles, or replace them in their places."""
    for article in articles:
        check_article(article.indexed, library.dimension)
    _clear(connection, [article.indexed.article.id for article in articles])
    positions = _insert_articles(connection, articles)
    counts = [passage for article in articles for passage in article.terms]
    _copy_passages(connection, library.last_passage + 1, articles, positions, add_terms(connection, counts))
    add_spellings(connection, (text for article in articles for text in article.texts))
    file_articles(connection, zip(positions, (article.indexed.article.text for article in articles), strict=True))
    _copy_vectors(connection, library.last_passage + 1, articles)
    connection.execute(
        """
        UPDATE library SET generation = generation + 1, last_passage = last_passage + %(passages)s,
               passages = passages + %(passages)s, terms = terms + %(terms)s
        """,
        {"passages": len(counts), "terms": sum(passage.total() for passage in counts)},
    )


def relabel(connection: Connection, article: Article) -> None:
    """Store the article's title, tags, date, metadata and language.

    :raises LibraryError: if there is no such article, or its title cannot be stored.
    """
    check_names(article, *article.tags, article.language)
    query = "UPDATE articles SET title = %s, tags = %s, date = %s, metadata = %s, language = %s WHERE id = %s"
    metadata = json.dumps(dict(article.metadata))
    values = [article.title, list(article.tags), article.date, metadata, article.language, article.id]
    if not connection.execute(query, values).rowcount:
        raise LibraryError(f"the article {article.id} is no longer in the library")
    new_generation(connection)


def remove_articles(connection: Connection, ids: Sequence[str]) -> int:
    """Remove the articles with everything that belongs to them; return how many existed."""
    positions = _clear(connection, ids)
    if positions:
        connection.execute("DELETE FROM articles WHERE position = ANY(%s)", [positions])
        new_generation(connection)
    return len(positions)


def rebuild_terms(connection: Connection, splitter: TermSplitter) -> None:
    """Count the terms of all passages again."""
    connection.execute("UPDATE terms SET passages = 0")
    connection.execute("DELETE FROM spellings")
    after = 0
    while page := read_page(connection, after, PAGE):
        after = page[-1][0]
        _renew_terms(connection, splitter, {position: article.text for position, article in page})
    connection.execute(
        """
        UPDATE library SET (passages, terms) =
            (SELECT count(*), coalesce(sum(length), 0) FROM passages)
        """
    )


def _renew_terms(connection: Connection, splitter: TermSplitter, texts: dict[int, str]) -> None:
    query = 'SELECT id, article, start, "end", context FROM passages WHERE article = ANY(%s) ORDER BY id'
    rows = connection.execute(query, [list(texts)]).fetchall()
    parts = [(context, texts[position][start:end]) for _, position, start, end, context in rows]
    counts = [Counter(terms) for terms in splitter.terms(map("\n".join, parts))]
    stored = add_terms(connection, counts)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE passages SET length = %s, terms = %s, frequencies = %s::smallint[] WHERE id = %s",
            [
                (count.total(), terms, frequencies, row[0])
                for row, count, (terms, frequencies) in zip(rows, counts, stored, strict=True)
            ],
        )
    add_spellings(connection, (text for part in parts for text in part))


def _clear(connection: Connection, ids: Sequence[str]) -> list[int]:
    """Delete the passages of those of the articles that exist; return the positions of these."""
    query = "SELECT position FROM articles WHERE id = ANY(%s)"
    positions = [position for (position,) in connection.execute(query, [[*map(storable, ids)]])]
    if positions:
        subtract_terms(connection, positions)
        connection.execute(
            """
            WITH gone AS (DELETE FROM passages WHERE article = ANY(%s) RETURNING length)
            UPDATE library SET passages = passages - (SELECT count(*) FROM gone),
                   terms = terms - (SELECT coalesce(sum(length), 0) FROM gone)
            """,
            [positions],
        )
    return positions


def _insert_articles(connection: Connection, articles: Sequence[SplitArticle]) -> list[int]:
    rows = [article_row(article.indexed.article, article.indexed.content_hash) for article in articles]
    columns = [sql.Identifier(column) for column in rows[0]]
    query = sql.SQL(
        "INSERT INTO articles ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET ({}) = ({}), added_at = now() "
        "RETURNING position"
    ).format(
        sql.SQL(", ").join(columns),
        sql.SQL(", ").join(sql.Placeholder(column) for column in rows[0]),
        sql.SQL(", ").join(columns),
        sql.SQL(", ").join(sql.SQL("excluded.{}").format(column) for column in columns),
    )
    positions: list[int] = []
    with connection.cursor() as cursor:
        cursor.executemany(query, rows, returning=True)
        has_more: bool | None = True
        while has_more:
            positions += [position for (position,) in cursor.fetchall()]
            has_more = cursor.nextset()
    return positions


def _copy_passages(
    connection: Connection,
    first_id: int,
    articles: Sequence[SplitArticle],
    positions: Sequence[int],
    terms: Sequence[tuple[list[int], list[int]]],
) -> None:
    columns = {
        "id": "int8", "article": "int8", "start": "int4", '"end"': "int4", "length": "int4", "terms": "int4[]",
        "frequencies": "int2[]", "context": "text",
    }  # fmt: skip
    query = f"COPY passages ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor().copy(query) as copy:
        copy.set_types(list(columns.values()))
        for number, row in enumerate(_passage_rows(articles, positions)):
            copy.write_row([first_id + number, *row[:4], *terms[number], row[4]])


def _passage_rows(articles: Sequence[SplitArticle], positions: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield article, start, end, length and context of each passage."""
    for article, position in zip(articles, positions, strict=True):
        indexed = article.indexed
        parts = zip(indexed.passages, indexed.contexts, article.terms, strict=True)
        for passage, context, terms in parts:
            yield position, passage.start, passage.end, terms.total(), context


def _copy_vectors(connection: Connection, first_id: int, articles: Sequence[SplitArticle]) -> None:
    embedded: list[int] = []
    pending: list[int] = []
    vectors: list[Vectors] = []
    for article in articles:
        ids = range(first_id, first_id + len(article.terms))
        first_id = ids.stop
        if article.indexed.vectors is None:
            pending += ids
        else:
            embedded += ids
            vectors.append(article.indexed.vectors)
    copy_vectors(connection, embedded, vectors)
    connection.execute("INSERT INTO pending_vectors (passage) SELECT unnest(%s::bigint[])", [pending])
