"""The FAISS index of a library, kept in step with the vectors table."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from embeddings.checksums import Checksums, Ids
from embeddings.faiss_index import FaissIndex, IndexFileError, OutdatedIndexError, sample_size
from qa.errors import LibraryError
from qa.library.sqlite.database import Database
from qa.library.sqlite.index.index_files import IndexFiles
from qa.library.sqlite.metadata import State, read_state
from qa.library.sqlite.vectors import VectorChanges, count_vectors, read_checksums, read_vectors

__all__ = ["IndexCache"]

logger = logging.getLogger(__name__)

READ_AT_ONCE = 50_000
"""Vectors that are read from the library at once: 300 MB of memory at 384 dimensions."""
SAVE_AFTER = 20_000
"""This many unsaved changes, and a quarter of the index, are saved at once, without waiting for ``close``."""
SAVED_SHARE = 0.1
"""``close`` saves if this share of the vectors has changed; with fewer, the next to open catches up."""

NOTHING = np.array([], dtype=np.int64)

Difference = tuple[FaissIndex, Ids, Checksums]
"""An index, the ids to remove from it, and the checksums of the vectors to add."""


class IndexCache:
    """A FAISS index that mirrors the vectors table. One thread uses it at a time.

    Every use first compares the generation. If it has moved, the vectors stored since then are added. If their
    number still differs, ids and checksums say which vectors to remove and which to add; that covers removals by
    other processes, stale files and foreign ones alike.
    """

    def __init__(self, database: Database, folder: Path | None) -> None:
        self._database = database
        self._files = IndexFiles(folder)
        self._lock = threading.Lock()
        self._index: FaissIndex | None = None
        self._generation = -1
        self._unsaved = 0

    @contextmanager
    def current(self, encoder: str | None) -> Iterator[tuple[sqlite3.Connection, FaissIndex]]:
        """Lend a connection and the index, which agrees with the snapshot that the connection sees.

        :raises LibraryError: if the vectors are another encoder's.
        """
        with self._lock, self._database.read() as connection:
            state = read_state(connection)
            state.check(encoder)
            yield connection, self._catch_up(connection, state)

    def apply(self, changes: VectorChanges) -> None:
        """Apply changes that this process has committed, if the index is at the generation before them."""
        with self._lock:
            index = self._index
            if index is None or self._generation != changes.generation - 1:
                self._unsaved += len(changes.removed) + len(changes.added)
                return  # the next use catches up
            try:
                if index.suits(len(index) - len(changes.removed) + len(changes.added)):
                    self._update(index, changes)
                else:
                    with self._database.read() as connection:
                        self._catch_up(connection, read_state(connection))
            except Exception as error:
                logger.warning("the index could not apply a change and will be rebuilt: %s", error)
            if self._unsaved >= max(SAVE_AFTER, len(index) // 4):
                self._save()

    def drop(self) -> None:
        """Drop the index and delete its files."""
        with self._lock:
            self._index = None
            self._files.delete()

    def problems(self) -> Iterator[str]:
        """Yield the problems of the index at the generation that it claims to have."""
        with self._lock, self._database.read() as connection:
            state = read_state(connection)
            stored = read_checksums(connection)
            index = self._index
            if index is not None and self._generation == state.generation and index.checksums != stored:
                yield "the index in memory disagrees with the vectors: open the library again"
            newest = self._files.newest()
            if newest and newest[1] == state.generation and not _file_holds(newest[0], state.dimension, stored):
                yield f"{newest[0].name} is damaged or foreign: delete it, and the next search rebuilds it"

    def close(self) -> None:
        """Save the index if enough has changed, so that the next to open the library need not build it."""
        try:
            with self._database.read() as connection:
                vectors = count_vectors(connection)
            if self._files.enabled and self._unsaved > SAVED_SHARE * vectors:
                with self.current(encoder=None):
                    self._save()
        except LibraryError as error:
            logger.warning("the index was not saved: %s", error)

    def _catch_up(self, connection: sqlite3.Connection, state: State) -> FaissIndex:
        if self._index is not None and self._generation == state.generation:
            return self._index
        index, removed, added = self._new_vectors(connection, state) or self._difference(connection, state)
        if not index.suits(len(index) - len(removed) + len(added)):
            index, removed, added = self._clustered(connection, state)
        # The generation moves last: what an error interrupts is continued by the next use.
        self._update(index, VectorChanges(self._generation, removed.tolist()))
        for passages in _batches(added.ids):
            ids, vectors = read_vectors(connection, passages.tolist(), state.dimension)
            read = dict(zip(ids.tolist(), added.of(ids).tolist(), strict=True))
            self._update(index, VectorChanges(self._generation, added=read, vectors=[vectors]))
        self._generation = state.generation
        return index

    def _new_vectors(self, connection: sqlite3.Connection, state: State) -> Difference | None:
        """Return the vectors stored since the index was current, or None if anything else has changed."""
        index = self._index
        if index is None or index.dimension != state.dimension or self._generation > state.generation:
            return None
        later = read_checksums(connection, self._generation)
        if count_vectors(connection) != len(index) + len(later) or len(index.checksums.present(later.ids)):
            return None
        return index, NOTHING, later

    def _difference(self, connection: sqlite3.Connection, state: State) -> Difference:
        """Return an index to start from, the vectors to remove from it and those to add."""
        stored = read_checksums(connection)
        if self._index is None or self._index.dimension != state.dimension:
            self._index = self._load(state, stored)
        removed = self._index.checksums.difference(stored).ids
        if 2 * len(removed) > len(self._index):
            self._index, removed = FaissIndex(state.dimension), NOTHING
        return self._index, removed, stored.difference(self._index.checksums)

    def _clustered(self, connection: sqlite3.Connection, state: State) -> Difference:
        """Return an empty index with clusters that suit the vectors, and all of them to add."""
        stored = read_checksums(connection)
        chosen = np.random.default_rng(0).choice(stored.ids, sample_size(len(stored)), replace=False)
        _, sample = read_vectors(connection, chosen.tolist(), state.dimension)
        self._index, self._generation = FaissIndex.clustered(len(stored), sample), -1
        return self._index, NOTHING, stored

    def _load(self, state: State, stored: Checksums) -> FaissIndex:
        newest = self._files.newest()
        if newest is None and len(stored) and self._files.enabled and not self._unsaved:
            logger.warning("the index file is missing; the index is rebuilt from the library")
        index = self._files.load(state.dimension)
        if index is None:
            return FaissIndex(state.dimension)
        if newest and newest[1] == state.generation and index.checksums != stored:
            logger.warning("%s belongs to another library; the index is rebuilt from the library", newest[0].name)
        return index

    def _update(self, index: FaissIndex, changes: VectorChanges) -> None:
        try:
            index.remove(np.array(changes.removed, dtype=np.int64))
            if changes.added:
                ids = np.array(list(changes.added), dtype=np.int64)
                index.add(ids, np.concatenate(changes.vectors), list(changes.added.values()))
        except BaseException:
            self._index = None  # half a change is worse than none
            raise
        self._generation = changes.generation
        self._unsaved += len(changes.removed) + len(changes.added)

    def _save(self) -> None:
        if self._index is not None and self._files.save(self._index, self._generation):
            self._unsaved = 0


def _batches(passages: Ids) -> Iterator[Ids]:
    """Yield parts of a length that bounds the memory for their vectors."""
    return (passages[start : start + READ_AT_ONCE] for start in range(0, len(passages), READ_AT_ONCE))


def _file_holds(path: Path, dimension: int, stored: Checksums) -> bool:
    try:
        return FaissIndex.load(path, dimension).checksums == stored
    except OutdatedIndexError:
        return True  # the next search replaces it
    except (OSError, IndexFileError):
        return False
