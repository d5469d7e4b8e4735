"""The default library: one folder with a SQLite file, and a FAISS index as a cache of its vectors."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from embeddings.encoder import Vectors
from embeddings.inner_products import rank
from qa.errors import LibraryError
from qa.feedback import Feedback
from qa.library.admission import check_article, check_vectors, no_encoder
from qa.library.base import FollowedFile, HealthReport, IndexedArticle, Library, StoredPassage, Suggestion
from qa.library.health import examine
from qa.library.sqlite.database import Database
from qa.library.sqlite.doctor import find_problems
from qa.library.sqlite.feedback_rows import put_feedback, read_feedback
from qa.library.sqlite.files.kept_files import KeptFiles
from qa.library.sqlite.files.library_files import DATABASE, LOCK, create_folder, is_leftover
from qa.library.sqlite.files.lock import EmbeddingLock
from qa.library.sqlite.filters import allowed_passages, article_condition, replace_surrogates
from qa.library.sqlite.followed_rows import read_followed, write_followed
from qa.library.sqlite.index.index_cache import IndexCache
from qa.library.sqlite.integrity.damage import check_types, damaged_rows
from qa.library.sqlite.metadata import State, initialize, read_state, write_encoder, write_generation
from qa.library.sqlite.rows import (
    ARTICLE_COLUMNS,
    article_from_row,
    list_articles,
    read_article,
    read_articles,
    read_passages,
    read_passages_of,
    read_text,
)
from qa.library.sqlite.story_rows import file_all, read_stories
from qa.library.sqlite.vectors import VectorChanges, read_vectors, store_pending
from qa.library.sqlite.words import lexical
from qa.library.sqlite.writing import put_article, relabel_article, remove_article
from qa.types import Article, ArticleInfo, EmbeddingState, Filters

__all__ = ["SqliteLibrary"]

PAGE = 50
"""Articles that ``iter_articles`` reads at a time."""


class SqliteLibrary(Library):
    """A library in one folder, or in memory. Create one with :meth:`open` or :meth:`in_memory`.

    Methods without a docstring do what the protocol says.
    """

    def __init__(self, folder: Path | None, *, encoder: str | None, dimension: int | None) -> None:
        self._database = Database(folder and folder / DATABASE)
        self._cache = IndexCache(self._database, folder)
        self._lock = EmbeddingLock(folder and folder / LOCK)
        self._files = KeptFiles(folder)
        self._encoder = encoder
        self._closed = False
        try:
            if encoder is not None and dimension is not None:
                initialize(self._database, encoder, dimension)
            self._state().check(encoder)
        except BaseException:
            self._database.close()
            raise

    @classmethod
    def open(
        cls, folder: Path, *, encoder: str | None, dimension: int | None = None, create: bool = True
    ) -> SqliteLibrary:
        """Open the library in the folder, or create one there.

        :param encoder: the fingerprint of the encoder whose vectors are stored and searched. None opens an
            existing library whatever its encoder: to list, remove, export or :meth:`renew_vectors`.
        :param dimension: the length of the encoder's vectors.
        :raises LibraryError: if the folder is not a library, or the library is damaged, not writable, made by a
            newer version or built with another encoder.
        """
        _check_folder(folder, create=create and encoder is not None)
        return cls(folder, encoder=encoder, dimension=dimension)

    @classmethod
    def in_memory(cls, *, encoder: str, dimension: int) -> SqliteLibrary:
        """Return an empty library that leaves nothing on disk."""
        return cls(None, encoder=encoder, dimension=dimension)

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
        return self._state().generation

    @property
    def encoder(self) -> str:
        return self._state().encoder

    @property
    def dimension(self) -> int:
        return self._state().dimension

    def put(self, articles: Iterable[IndexedArticle]) -> None:
        latest = {indexed.article.id: indexed for indexed in articles}
        if not latest:
            return
        if self._encoder is None:
            raise no_encoder()
        with self._database.write() as connection:
            state = read_state(connection)
            state.check(self._encoder)
            changes = VectorChanges(write_generation(connection))
            for indexed in latest.values():
                check_article(indexed, state.dimension)
                put_article(connection, indexed, changes)
            self._files.remove_outdated(latest.values())
        self._cache.apply(changes)

    def put_vectors(self, passage_ids: Sequence[int], vectors: Vectors) -> int:
        with self._database.write() as connection:
            state = read_state(connection)
            state.check(self._encoder)
            check_vectors("vectors of pending passages", vectors, len(passage_ids), state.dimension)
            changes = VectorChanges(state.generation + 1)
            store_pending(connection, passage_ids, vectors, changes)
            if not changes.added:
                return 0
            write_generation(connection)
        self._cache.apply(changes)
        return len(changes.added)

    def pending(self, k: int) -> list[int]:
        query = "SELECT passage FROM pending_vectors ORDER BY passage LIMIT ?"
        with self._database.read() as connection:
            return [passage for (passage,) in connection.execute(query, [max(0, k)])]

    @contextmanager
    def claim_pending(self, k: int, seconds: float) -> Iterator[list[int]]:  # noqa: ARG002 - see below
        """Lease pending passages, to one holder at a time: embedding keeps all cores of the one machine busy.

        The lease is a lock on a file, which the system releases when the process dies, so it needs no time limit.
        """
        with self._lock.hold() as free:
            yield self.pending(k) if free else []

    def embedding_state(self) -> EmbeddingState:
        query = "SELECT (SELECT count(*) FROM passages), (SELECT count(*) FROM pending_vectors)"
        with self._database.read() as connection:
            passages, pending = connection.execute(query).fetchone()
        return EmbeddingState(passages, passages - pending)

    def relabel(self, article: Article) -> None:
        with self._database.write() as connection:
            relabel_article(connection, article)
            generation = write_generation(connection)
        self._cache.apply(VectorChanges(generation))

    def remove(self, article_ids: Iterable[str]) -> int:
        ids = list(article_ids)
        with self._database.write() as connection:
            changes = VectorChanges(read_state(connection).generation + 1)
            count = sum(remove_article(connection, article_id, changes) for article_id in ids)
            if count == 0:
                return 0
            self._files.remove(ids)
            write_generation(connection)
        self._cache.apply(changes)
        return count

    def keep_file(self, article_id: str, path: Path, max_bytes: int) -> bool:
        with self._database.write() as connection:  # so that no other process removes the article meanwhile
            article = read_article(connection, article_id)
            return article is not None and self._files.keep(article, path, max_bytes)

    def kept_file(self, article_id: str) -> bytes | None:
        article = self.get(article_id)
        return self._files.read(article) if article else None

    def renew_vectors(self, encoder: str, dimension: int) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM vectors")
            connection.execute("INSERT OR IGNORE INTO pending_vectors SELECT id FROM passages")
            lexical.rebuild_words(connection)  # quick, and `doctor --rebuild` mends all three
            file_all(connection)
            write_encoder(connection, encoder, dimension)
            write_generation(connection)
        self._encoder = encoder
        self._cache.drop()

    def get(self, article_id: str) -> Article | None:
        with self._database.read() as connection:
            return read_article(connection, article_id)

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        ids = list(article_ids)
        query = (
            f"SELECT id, {ARTICLE_COLUMNS} FROM articles "  # noqa: S608 - a constant
            "WHERE id IN (SELECT value FROM json_each(?))"
        )
        with self._database.read() as connection:
            rows = connection.execute(query, [json.dumps(ids)]).fetchall()
        articles = {id_: article_from_row(tuple(row)) for id_, *row in rows}
        return {id_: articles[id_] for id_ in ids if id_ in articles}

    def text(self, article_id: str, start: int, end: int) -> str | None:
        with self._database.read() as connection:
            return read_text(connection, replace_surrogates(article_id), start, end)

    def content_hashes(self, article_ids: Iterable[str]) -> dict[str, str]:
        query = "SELECT id, content_hash FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        with self._database.read() as connection:
            hashes = dict(connection.execute(query, [json.dumps(list(article_ids))]))
        with damaged_rows():
            check_types(str, *hashes.values())
        return hashes

    def stories(self, article_ids: Iterable[str]) -> dict[str, str]:
        with self._database.read() as connection:
            return read_stories(connection, list(article_ids))

    def count(self, filters: Filters | None = None) -> int:
        condition, parameters = article_condition(filters)
        query = f"SELECT count(*) FROM articles {condition and 'WHERE ' + condition}"  # noqa: S608 - placeholders
        with self._database.read() as connection:
            return int(connection.execute(query, parameters).fetchone()[0])

    def articles(
        self, filters: Filters | None = None, *, after: int = 0, limit: int | None = None
    ) -> list[ArticleInfo]:
        with self._database.read() as connection:
            return list_articles(connection, filters, after, limit)

    def iter_articles(self) -> Iterator[Article]:
        position = 0
        while True:
            with self._database.read() as connection:
                page = list(islice(read_articles(connection, position), PAGE))
            if not page:
                return
            yield from (article for _, article in page)
            position = page[-1][0]

    def search_lexical(self, query: str, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        with self._database.read() as connection:
            return lexical.search_lexical(connection, query, k, filters)

    def suggest_words(self, word: str, k: int) -> list[Suggestion]:
        with self._database.read() as connection:
            return lexical.suggest_words(connection, word, k)

    def search_dense(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        query, parameters = allowed_passages(filters)
        with self._cache.current(self._encoder) as (connection, index):
            _check_length(vector, index.dimension)
            rows = connection.execute(query, parameters).fetchall() if query else None
            allowed = None if rows is None else np.array(rows, dtype=np.int64).reshape(-1)
            candidates = index.candidates(vector, k, allowed).tolist()
            return rank(_vectors_by_id(connection, candidates, index.dimension), vector)[:k]

    def score_dense(self, vector: Vectors, passage_ids: Sequence[int]) -> dict[int, float]:
        with self._database.read() as connection:
            state = read_state(connection)
            state.check(self._encoder)
            _check_length(vector, state.dimension)
            return dict(rank(_vectors_by_id(connection, passage_ids, state.dimension), vector))

    def vectors(self, passage_ids: Sequence[int]) -> dict[int, Vectors]:
        with self._database.read() as connection:
            return _vectors_by_id(connection, passage_ids, read_state(connection).dimension)

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        ids = [int(passage) for passage in passage_ids]
        with self._database.read() as connection:
            passages = {passage.id: passage for passage in read_passages(connection, ids)}
        return {id_: passages[id_] for id_ in ids if id_ in passages}

    def passages_of(self, article_ids: Iterable[str]) -> list[StoredPassage]:
        with self._database.read() as connection:
            return sorted(read_passages_of(connection, list(article_ids)), key=attrgetter("id"))

    def put_feedback(self, feedback: Feedback) -> Feedback:
        with self._database.write() as connection:
            return put_feedback(connection, feedback)

    def feedback(self, *, after: int = 0, limit: int | None = None) -> list[Feedback]:
        with self._database.read() as connection:
            return read_feedback(connection, after, limit)

    def follow(self, files: Iterable[FollowedFile], forget: Iterable[str] = ()) -> None:
        with self._database.write() as connection:
            write_followed(connection, files, forget)

    def followed(self, folder: str) -> list[FollowedFile]:
        with self._database.read() as connection:
            return read_followed(connection, folder)

    def problems(self) -> Iterator[str]:
        yield from find_problems(self._database)
        yield from self._cache.problems()

    def doctor(self) -> HealthReport:
        return examine(self)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._cache.close()
            self._database.close()

    def _state(self) -> State:
        with self._database.read() as connection:
            return read_state(connection)


def _vectors_by_id(
    connection: sqlite3.Connection, passage_ids: Sequence[int], dimension: int
) -> dict[int, Vectors]:
    ids, vectors = read_vectors(connection, passage_ids, dimension)
    return dict(zip(ids.tolist(), vectors, strict=True))


def _check_length(vector: Vectors, dimension: int) -> None:
    if vector.size != dimension:
        raise LibraryError(f"the library holds vectors of {dimension} numbers, not of {vector.size}")


def _check_folder(folder: Path, *, create: bool) -> None:
    """Check that the folder holds a library or, if one may be created, is empty or missing."""
    try:
        if folder.exists() and not folder.is_dir():
            raise LibraryError(f"{folder} is a file: a library is a folder; choose another path")
        if (folder / DATABASE).is_file():
            if not os.access(folder, os.W_OK):
                raise LibraryError(
                    f"{folder} is read-only; change its permissions, or copy it where you may write"
                )
            return
        if folder.exists() and not all(map(is_leftover, folder.iterdir())):
            raise LibraryError(f"{folder} is not a library: it holds other files; choose an empty or a new folder")
        if not create:
            raise LibraryError(f"there is no library at {folder}; create one with `quotewell add`")
        create_folder(folder)
    except OSError as error:
        raise LibraryError(
            f"the library {folder} cannot be opened: {error.strerror}; check its permissions"
        ) from error
