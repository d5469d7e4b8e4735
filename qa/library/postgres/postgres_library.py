"""A library on a PostgreSQL server: articles, words, vectors and feedback in one database, for many machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from types import TracebackType
from typing import Any, Self

from psycopg import sql

from embeddings.encoder import Vectors
from qa.errors import LibraryError
from qa.feedback import Feedback
from qa.library.admission import check_encoder, check_vectors, no_encoder
from qa.library.base import FollowedFile, HealthReport, IndexedArticle, Library, StoredPassage, Suggestion
from qa.library.health import examine
from qa.library.postgres import nearest, verdict_rows, word_ranking
from qa.library.postgres.article_rows import list_articles, read_articles, read_page, read_passages, storable
from qa.library.postgres.changes import (
    lock_library,
    new_generation,
    put_articles,
    rebuild_terms,
    relabel,
    remove_articles,
    split,
)
from qa.library.postgres.conditions import article_condition
from qa.library.postgres.inspection import find_damage
from qa.library.postgres.leases import lease_pending
from qa.library.postgres.schema import install
from qa.library.postgres.server.server_address import ServerAddress
from qa.library.postgres.server.server_pool import Connection, ServerPool
from qa.library.postgres.story_tables import file_all, read_stories
from qa.types import Article, ArticleInfo, EmbeddingState, Filters

__all__ = ["PostgresLibrary", "open_postgres"]

PAGE = 50
"""Articles that ``iter_articles`` reads at a time."""


class PostgresLibrary(Library):
    """A library in one schema of a PostgreSQL database with pgvector. Open one with :func:`open_postgres`.

    Methods without a docstring do what the protocol says.
    """

    def __init__(
        self, address: ServerAddress, *, encoder: str | None, dimension: int | None = None, create: bool = True
    ) -> None:
        self.schema = address.schema
        """The schema that holds its tables."""
        self._encoder = encoder
        self._pool = ServerPool(address)
        self._splitter = word_ranking.TermSplitter()
        self._query_splitter = word_ranking.TermSplitter()  # questions do not wait for the texts of an add
        try:
            self._pool.prepare(lambda connection: install(connection, self.schema, encoder, dimension, create))
            check_encoder(self.encoder, encoder)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self.count()

    @property
    def generation(self) -> int:
        return int(self._value("SELECT generation FROM library"))

    @property
    def encoder(self) -> str:
        return str(self._value("SELECT encoder FROM library"))

    @property
    def dimension(self) -> int:
        return int(self._value("SELECT dimension FROM library"))

    def put(self, articles: Iterable[IndexedArticle]) -> None:
        latest = {indexed.article.id: indexed for indexed in articles}
        if not latest:
            return
        if self._encoder is None:
            raise no_encoder()
        parts = split(self._splitter, list(latest.values()))
        with self._pool.write() as connection:
            put_articles(connection, lock_library(connection, self._encoder), parts)

    def put_vectors(self, passage_ids: Sequence[int], vectors: Vectors) -> int:
        with self._pool.write() as connection:
            library = lock_library(connection, self._encoder)
            check_vectors("vectors of pending passages", vectors, len(passage_ids), library.dimension)
            count = nearest.store_pending_vectors(connection, passage_ids, vectors)
            if count:
                new_generation(connection)
        return count

    def pending(self, k: int) -> list[int]:
        query = "SELECT passage FROM pending_vectors ORDER BY passage LIMIT %s"
        return self._pool.read(lambda connection: [*map(itemgetter(0), connection.execute(query, [max(0, k)]))])

    @contextmanager
    def claim_pending(self, k: int, seconds: float) -> Iterator[list[int]]:
        """Lease pending passages to any number of holders at once, each to one of them."""
        with self._pool.lend() as connection, lease_pending(connection, self.schema, k, seconds) as leased:
            yield leased

    def embedding_state(self) -> EmbeddingState:
        query = "SELECT passages, (SELECT count(*) FROM pending_vectors) FROM library"
        passages, pending = self._row(query)
        return EmbeddingState(passages, passages - pending)

    def relabel(self, article: Article) -> None:
        with self._pool.write() as connection:
            lock_library(connection, None)
            relabel(connection, article)

    def remove(self, article_ids: Iterable[str]) -> int:
        ids = list(article_ids)
        with self._pool.write() as connection:
            lock_library(connection, None)
            return remove_articles(connection, ids)

    def renew_vectors(self, encoder: str, dimension: int) -> None:
        with self._pool.write() as connection:
            lock_library(connection, None)
            nearest.drop_index(connection)
            connection.execute("DELETE FROM vectors")
            connection.execute(
                "INSERT INTO pending_vectors (passage) SELECT id FROM passages ON CONFLICT DO NOTHING"
            )
            rebuild_terms(connection, self._splitter)  # `doctor --rebuild` mends all three
            file_all(connection)
            connection.execute("UPDATE library SET encoder = %s, dimension = %s", [encoder, dimension])
            new_generation(connection)
        self._encoder = encoder

    def get(self, article_id: str) -> Article | None:
        return self.get_many([article_id]).get(article_id)

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        ids = list(article_ids)
        articles = self._pool.read(lambda connection: read_articles(connection, ids))
        return {id_: articles[id_] for id_ in ids if id_ in articles}

    def text(self, article_id: str, start: int, end: int) -> str | None:
        query = "SELECT substr(text, %s, %s) FROM articles WHERE id = %s"
        row = self._first(query, [start + 1, max(0, end - start), storable(article_id)])
        return str(row[0]) if row else None

    def content_hashes(self, article_ids: Iterable[str]) -> dict[str, str]:
        ids = [*map(storable, article_ids)]
        query = "SELECT id, content_hash FROM articles WHERE id = ANY(%s)"
        return dict(self._pool.read(lambda connection: connection.execute(query, [ids]).fetchall()))

    def stories(self, article_ids: Iterable[str]) -> dict[str, str]:
        ids = list(article_ids)
        return self._pool.read(lambda connection: read_stories(connection, ids))

    def count(self, filters: Filters | None = None) -> int:
        condition, parameters = article_condition(filters)
        query = sql.SQL("SELECT count(*) FROM articles WHERE {}").format(condition)
        return int(self._value(query, parameters))

    def articles(
        self, filters: Filters | None = None, *, after: int = 0, limit: int | None = None
    ) -> list[ArticleInfo]:
        return self._pool.read(lambda connection: list_articles(connection, filters, after, limit))

    def iter_articles(self) -> Iterator[Article]:
        after = 0
        while page := self._page(after):
            yield from (article for _, article in page)
            after = page[-1][0]

    def search_lexical(self, query: str, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        terms = self._query_splitter.query_terms(query) if k > 0 else []
        if not terms:
            return []
        return self._pool.read(lambda connection: word_ranking.search_lexical(connection, terms, k, filters))

    def suggest_words(self, word: str, k: int) -> list[Suggestion]:
        return self._pool.read_snapshot(
            lambda connection: word_ranking.suggest_words(connection, self._query_splitter, word, k)
        )

    def search_dense(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        def search(connection: Connection) -> list[tuple[int, float]]:
            has_index = self._check_vector(connection, vector)
            return nearest.search_dense(connection, vector, k, filters, has_index) if k > 0 else []

        return self._pool.read_snapshot(search)

    def score_dense(self, vector: Vectors, passage_ids: Sequence[int]) -> dict[int, float]:
        def score(connection: Connection) -> dict[int, float]:
            self._check_vector(connection, vector)
            return nearest.score_dense(connection, vector, passage_ids)

        return self._pool.read_snapshot(score)

    def vectors(self, passage_ids: Sequence[int]) -> dict[int, Vectors]:
        return self._pool.read(lambda connection: nearest.read_vectors_of(connection, passage_ids))

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        ids = [int(passage) for passage in passage_ids]
        passages = {one.id: one for one in self._read_passages("passages.id", ids)}
        return {id_: passages[id_] for id_ in ids if id_ in passages}

    def passages_of(self, article_ids: Iterable[str]) -> list[StoredPassage]:
        return self._read_passages("articles.id", [*map(storable, article_ids)])

    def put_feedback(self, feedback: Feedback) -> Feedback:
        with self._pool.write() as connection:
            return verdict_rows.store_feedback(connection, feedback)

    def feedback(self, *, after: int = 0, limit: int | None = None) -> list[Feedback]:
        return self._pool.read(lambda connection: verdict_rows.list_feedback(connection, after, limit))

    def follow(self, files: Iterable[FollowedFile], forget: Iterable[str] = ()) -> None:
        with self._pool.write() as connection:
            verdict_rows.store_followed(connection, files, forget)

    def followed(self, folder: str) -> list[FollowedFile]:
        return self._pool.read(lambda connection: verdict_rows.list_followed(connection, folder))

    def optimize(self) -> None:
        with self._pool.lend() as connection:
            nearest.build_index(connection)

    def problems(self) -> Iterator[str]:
        yield from self._pool.read_snapshot(lambda connection: list(find_damage(connection, self._splitter)))

    def doctor(self) -> HealthReport:
        return examine(self)

    def close(self) -> None:
        self._pool.close()
        self._splitter.close()
        self._query_splitter.close()

    def _check_vector(self, connection: Connection, vector: Vectors) -> bool:
        """Check that the vector can be compared with the stored ones; return whether these have an index."""
        encoder, dimension, has_index = nearest.describe_vectors(connection)
        check_encoder(encoder, self._encoder)
        if vector.size != dimension:
            raise LibraryError(f"the library holds vectors of {dimension} numbers, not of {vector.size}")
        return has_index

    def _page(self, after: int) -> list[tuple[int, Article]]:
        return self._pool.read(lambda connection: read_page(connection, after, PAGE))

    def _read_passages(self, column: str, keys: Sequence[int | str]) -> list[StoredPassage]:
        return self._pool.read(lambda connection: read_passages(connection, column, keys))

    def _first(self, query: Any, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        return self._pool.read(lambda connection: connection.execute(query, parameters).fetchone())

    def _row(self, query: Any, parameters: Sequence[object] = ()) -> tuple[Any, ...]:
        row = self._first(query, parameters)
        if row is None:
            raise LibraryError("the library does not say its encoder: restore the database from a backup")
        return row

    def _value(self, query: Any, parameters: Sequence[object] = ()) -> Any:
        return self._row(query, parameters)[0]


def open_postgres(
    address: str, *, encoder: str | None, dimension: int | None = None, create: bool = True
) -> PostgresLibrary:
    """Open the library at ``postgresql://user@host/database?schema=name``, or create one there.

    The parameters are those of :func:`qa.library.open_library`.
    """
    return PostgresLibrary(ServerAddress.parse(address), encoder=encoder, dimension=dimension, create=create)
