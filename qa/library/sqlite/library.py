"""The default library: one folder with a SQLite file, and a FAISS index as a cache of its vectors."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from embeddings.encoder import Vectors
from embeddings.faiss_index import FaissIndex
from qa.errors import LibraryError
from qa.export.articles import export_articles
from qa.feedback import Feedback
from qa.library.base import HealthReport, IndexedArticle, StoredPassage
from qa.library.sqlite import doctor, lexical
from qa.library.sqlite.database import Database
from qa.library.sqlite.feedback_rows import put_feedback, read_feedback
from qa.library.sqlite.filters import allowed_passages, article_condition, storable
from qa.library.sqlite.index.index_cache import IndexCache
from qa.library.sqlite.lock import Turn
from qa.library.sqlite.rows import (
    ARTICLE_COLUMNS,
    article_from_row,
    check,
    check_vectors,
    infos,
    read_articles,
    read_passages,
)
from qa.library.sqlite.state import State, read_state, start, write_encoder, write_generation
from qa.library.sqlite.vectors import Change, store_pending
from qa.library.sqlite.writing import put_article, relabel_article, remove_article
from qa.types import Article, ArticleInfo, EmbeddingState, Filters

__all__ = ["SqliteLibrary"]

DATABASE = "library.db"
TURN = "embedding.lock"
PAGE = 50
"""Articles that ``iter_articles`` reads at once."""


class SqliteLibrary:
    """A :class:`~qa.library.base.Library` on SQLite. Make one with :meth:`open` or :meth:`in_memory`."""

    def __init__(self, folder: Path | None, *, encoder: str | None, dimension: int | None) -> None:
        self._database = Database(folder and folder / DATABASE)
        self._cache = IndexCache(self._database, folder)
        self._turn = Turn(folder and folder / TURN)
        self._encoder = encoder
        self._closed = False
        try:
            if encoder is not None and dimension is not None:
                start(self._database, encoder, dimension)
            self._state().check(encoder)
        except BaseException:
            self._database.close()
            raise

    @classmethod
    def open(
        cls, folder: Path, *, encoder: str | None, dimension: int | None = None, create: bool = True
    ) -> SqliteLibrary:
        """Open the library in the folder, or make one there.

        :param encoder: the fingerprint of the encoder whose vectors are stored and searched. None opens a library
            that exists, whatever its encoder: to look, to remove, to export or to :meth:`renew_vectors`.
        :param dimension: the length of its vectors.
        :raises LibraryError: when the folder is no library, or it is damaged, not writable, of a newer version or
            built with another encoder.
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
        """Return the number of articles."""
        with self._database.read() as connection:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])

    @property
    def generation(self) -> int:
        """A number that grows with every change, whichever process makes it."""
        return self._state().generation

    @property
    def encoder(self) -> str:
        """The fingerprint of the encoder that the stored vectors are of."""
        return self._state().encoder

    @property
    def dimension(self) -> int:
        """The length of the stored vectors."""
        return self._state().dimension

    def put(self, articles: Iterable[IndexedArticle]) -> None:
        """Add or replace the articles, all of them in one transaction. Of two with one id, the latter counts.

        :raises LibraryError: when they cannot be written; nothing is changed then.
        """
        latest = {indexed.article.id: indexed for indexed in articles}
        if not latest:
            return
        if self._encoder is None:
            raise LibraryError(
                "the library was opened without an encoder: open it with the one that made the vectors"
            )
        with self._database.write() as connection:
            state = read_state(connection)
            state.check(self._encoder)
            change = Change(write_generation(connection))
            for indexed in latest.values():
                check(indexed, state.dimension)
                put_article(connection, indexed, change)
        self._cache.apply(change)

    def put_vectors(self, passage_ids: Sequence[int], vectors: Vectors) -> int:
        """Store the vectors of those of the passages that still wait for one, in one transaction; return how many.

        :param vectors: of shape ``(passages, dimension)``.
        :raises LibraryError: when they cannot be written, or are of another encoder; nothing is changed then.
        """
        with self._database.write() as connection:
            state = read_state(connection)
            state.check(self._encoder)
            check_vectors("vectors that follow", vectors, len(passage_ids), state.dimension)
            change = Change(state.generation + 1)
            store_pending(connection, passage_ids, vectors, change)
            if not change.added:
                return 0
            write_generation(connection)
        self._cache.apply(change)
        return len(change.added)

    def pending(self, k: int) -> list[int]:
        """Return up to k ids of passages that wait for their vectors, the earliest first."""
        query = "SELECT passage FROM pending_vectors ORDER BY passage LIMIT ?"
        with self._database.read() as connection:
            return [passage for (passage,) in connection.execute(query, [k])]

    def embedding_state(self) -> EmbeddingState:
        """Return how many passages there are, and how many of them have their vectors."""
        query = "SELECT (SELECT count(*) FROM passages), (SELECT count(*) FROM pending_vectors)"
        with self._database.read() as connection:
            passages, pending = connection.execute(query).fetchone()
        return EmbeddingState(passages, passages - pending)

    def embedding_turn(self) -> AbstractContextManager[bool]:
        """Take the one turn to embed what is pending; say whether it was free, not another's or another process's.

        On disk it is a lock on a file, which the system lets go when the process ends, however it ends.
        """
        return self._turn.taken()

    def relabel(self, article: Article) -> None:
        """Store the article's title and tags; its text, passages, their contexts and its content hash stay.

        :raises LibraryError: when there is no such article, or it cannot be written; nothing is changed then.
        """
        with self._database.write() as connection:
            relabel_article(connection, article)
            generation = write_generation(connection)
        self._cache.apply(Change(generation))

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove the articles with all that belongs to them, in one transaction; return how many there were.

        :raises LibraryError: when the library cannot be written; nothing is changed then.
        """
        wanted = list(article_ids)
        with self._database.write() as connection:
            change = Change(read_state(connection).generation + 1)
            count = sum(remove_article(connection, article_id, change) for article_id in wanted)
            if count == 0:
                return 0
            write_generation(connection)
        self._cache.apply(change)
        return count

    def renew_vectors(self, encoder: str, dimension: int) -> None:
        """Drop all vectors, in one transaction: every passage waits for one of the encoder, which may be another.

        :raises LibraryError: when the library cannot be written; nothing is changed then.
        """
        with self._database.write() as connection:
            connection.execute("DELETE FROM vectors")
            connection.execute("INSERT OR IGNORE INTO pending_vectors SELECT id FROM passages")
            write_encoder(connection, encoder, dimension)
            write_generation(connection)
        self._encoder = encoder
        self._cache.drop()

    def get(self, article_id: str) -> Article | None:
        """Return the article, or None when there is no such article."""
        query = f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?"  # noqa: S608 - a constant
        with self._database.read() as connection:
            row = connection.execute(query, [storable(article_id)]).fetchone()
        return row and article_from_row(row)

    def content_hashes(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return the content hash of each of the articles that the library holds."""
        query = "SELECT id, content_hash FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        with self._database.read() as connection:
            return dict(connection.execute(query, [json.dumps(list(article_ids))]))

    def articles(self, filters: Filters | None = None) -> list[ArticleInfo]:
        """Return a listing of the articles, in the order in which they were first added."""
        with self._database.read() as connection:
            return infos(connection, *article_condition(filters))

    def iter_articles(self) -> Iterator[Article]:
        """Yield every article, in the order in which they were first added.

        No transaction stays open between two of them: articles that change meanwhile come as they are then.
        """
        position = 0
        while True:
            with self._database.read() as connection:
                page = [found for found, _ in zip(read_articles(connection, position), range(PAGE), strict=False)]
            if not page:
                return
            yield from (article for _, article in page)
            position = page[-1][0]

    def search_lexical(self, query: str, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """Return up to k passage ids with their BM25 scores (larger is better, at least 0), best first."""
        with self._database.read() as connection:
            return lexical.search_lexical(connection, query, k, filters)

    def search_dense(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """Return up to k passage ids with their inner products with the vector, best first.

        :raises LibraryError: when the vector is of another length, or the library now of another encoder.
        """
        query, parameters = allowed_passages(filters)
        with self._index(vector) as (connection, index):
            if not query:
                return index.search(vector, k)
            rows = connection.execute(query, parameters).fetchall()
            return index.search(vector, k, np.array(rows, dtype=np.int64).reshape(-1))

    def score_dense(self, vector: Vectors, passage_ids: Sequence[int]) -> dict[int, float]:
        """Return the inner product of the vector with each of the passages that still exist."""
        with self._index(vector) as (_, index):
            return index.scores(vector, passage_ids)

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """Return those of the passages that still exist, by id, in the order asked for."""
        wanted = [int(passage) for passage in passage_ids]
        with self._database.read() as connection:
            found = read_passages(connection, wanted)
        return {passage: found[passage] for passage in wanted if passage in found}

    def put_feedback(self, feedback: Feedback) -> Feedback:
        """Store feedback, in place of the one with its id if it has an id; return it with its id.

        :raises LibraryError: when the library cannot be written.
        """
        with self._database.write() as connection:
            return put_feedback(connection, feedback)

    def feedback(self) -> list[Feedback]:
        """Return all feedback, the oldest first."""
        with self._database.read() as connection:
            return read_feedback(connection)

    def doctor(self) -> HealthReport:
        """Check the library against itself: counts, offsets, FTS rows, vectors, index."""
        return doctor.examine(self._database, self._cache)

    def export(self, path: Path) -> int:
        """Write every article to a JSONL file that a loader can read back; return how many.

        :raises LibraryError: when the file cannot be written.
        """
        with self._database.read() as connection:
            return export_articles((article for _, article in read_articles(connection)), path)

    def close(self) -> None:
        """Release the files. The library cannot be used afterwards; closing twice is fine."""
        if not self._closed:
            self._closed = True
            self._cache.close()
            self._database.close()

    def _state(self) -> State:
        with self._database.read() as connection:
            return read_state(connection)

    @contextmanager
    def _index(self, vector: Vectors) -> Iterator[tuple[sqlite3.Connection, FaissIndex]]:
        with self._cache.current(self._encoder) as (connection, index):
            if vector.size != index.dimension:
                raise LibraryError(f"the library holds vectors of {index.dimension} numbers, not of {vector.size}")
            yield connection, index


def _check_folder(folder: Path, *, create: bool) -> None:
    """Make sure that the folder holds a library, or is empty or new where one may be created."""
    try:
        if folder.exists() and not folder.is_dir():
            raise LibraryError(f"{folder} is a file: a library is a folder; choose another path")
        if (folder / DATABASE).is_file():
            if not os.access(folder, os.W_OK):
                raise LibraryError(
                    f"{folder} is read-only; change its permissions, or copy it where you may write"
                )
            return
        if folder.exists() and any(folder.iterdir()):
            raise LibraryError(f"{folder} is not a library: it holds other files; choose an empty or a new folder")
        if not create:
            raise LibraryError(f"there is no library at {folder}; make one with `quotewell add`")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"the library {folder} cannot be opened: {error.strerror}; check its permissions"
        ) from error
