"""The FAISS index of a library, kept in step with the vectors table."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from embeddings.faiss_index import FaissIndex, IndexFileError
from qa.errors import LibraryError
from qa.library.sqlite.database import Database
from qa.library.sqlite.index.index_files import IndexFiles
from qa.library.sqlite.metadata import State, read_state
from qa.library.sqlite.vectors import VectorChanges, checksums, count_vectors, read_checksums, read_vectors

__all__ = ["IndexCache"]

logger = logging.getLogger(__name__)

READ_AT_ONCE = 50_000
"""Vectors that are read from the library at once: 300 MB of memory at 384 dimensions."""
SAVE_AFTER = 20_000
"""This many unsaved changes, and a quarter of the index, are saved at once, without waiting for ``close``."""
SAVED_SHARE = 0.1
"""``close`` saves if this share of the vectors has changed; with fewer, the next to open catches up."""

Difference = tuple[FaissIndex, list[int], dict[int, int]]
"""An index, the ids to remove from it, and those to add with their checksums."""


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
        self._contents: dict[int, int] = {}
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
            if self._index is None or self._generation != changes.generation - 1:
                self._unsaved += len(changes.removed) + len(changes.added)
                return  # the next use catches up
            try:
                self._update(self._index, changes)
            except Exception as error:
                logger.warning("the index could not apply a change and will be rebuilt: %s", error)
            if self._unsaved >= max(SAVE_AFTER, len(self._contents) // 4):
                self._save()

    def drop(self) -> None:
        """Drop the index and delete its files."""
        with self._lock:
            self._reset()
            self._files.delete()

    def problems(self) -> Iterator[str]:
        """Yield the problems of the index at the generation that it claims to have."""
        with self._lock, self._database.read() as connection:
            state = read_state(connection)
            stored = read_checksums(connection)
            if self._index and self._generation == state.generation and _contents(self._index) != stored:
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
        # The generation moves last: what an error interrupts is continued by the next use.
        self._update(index, VectorChanges(self._generation, removed))
        for passages in _batches(sorted(added)):
            ids, vectors = read_vectors(connection, passages, state.dimension)
            read = {passage: added[passage] for passage in ids.tolist()}
            self._update(index, VectorChanges(self._generation, added=read, vectors=[vectors]))
        self._generation = state.generation
        return index

    def _new_vectors(self, connection: sqlite3.Connection, state: State) -> Difference | None:
        """Return the vectors stored since the index was current, or None if anything else has changed."""
        if self._index is None or self._index.dimension != state.dimension or self._generation > state.generation:
            return None
        later = read_checksums(connection, self._generation)
        if count_vectors(connection) != len(self._contents) + len(later) or not self._contents.keys().isdisjoint(
            later
        ):
            return None
        return self._index, [], later

    def _difference(self, connection: sqlite3.Connection, state: State) -> Difference:
        """Return an index to start from, the vectors to remove from it and those to add."""
        stored = read_checksums(connection)
        if self._index is None or self._index.dimension != state.dimension:
            self._index, self._contents = self._load(state, stored)
        removed = _missing(self._contents, stored)
        if 2 * len(removed) > len(self._contents):
            self._index, self._contents, removed = FaissIndex(state.dimension), {}, []
        return self._index, removed, {passage: stored[passage] for passage in _missing(stored, self._contents)}

    def _load(self, state: State, stored: dict[int, int]) -> tuple[FaissIndex, dict[int, int]]:
        newest = self._files.newest()
        if newest is None and stored and self._files.enabled and not self._unsaved:
            logger.warning("the index file is missing; the index is rebuilt from the library")
        index = self._files.load(state.dimension)
        if index is None:
            return FaissIndex(state.dimension), {}
        contents = _contents(index)
        if newest and newest[1] == state.generation and contents != stored:
            logger.warning("%s belongs to another library; the index is rebuilt from the library", newest[0].name)
        return index, contents

    def _update(self, index: FaissIndex, changes: VectorChanges) -> None:
        try:
            index.remove(np.array(changes.removed, dtype=np.int64))
            if changes.added:
                index.add(np.array(list(changes.added), dtype=np.int64), np.concatenate(changes.vectors))
        except BaseException:
            self._reset()  # half a change is worse than none
            raise
        for passage in changes.removed:
            self._contents.pop(passage, None)
        self._contents.update(changes.added)
        self._generation = changes.generation
        self._unsaved += len(changes.removed) + len(changes.added)

    def _reset(self) -> None:
        self._index, self._contents = None, {}

    def _save(self) -> None:
        if self._index is not None and self._files.save(self._index, self._generation):
            self._unsaved = 0


def _contents(index: FaissIndex) -> dict[int, int]:
    """Return the checksum of each of the index's vectors by id."""
    contents: dict[int, int] = {}
    for ids, vectors in index.blocks():
        contents.update(zip(ids.tolist(), checksums(vectors), strict=True))
    return contents


def _missing(checksums_: dict[int, int], others: dict[int, int]) -> list[int]:
    """Return the passages whose checksums the others do not have."""
    return [passage for passage, checksum in checksums_.items() if others.get(passage) != checksum]


def _batches(passages: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield parts of a length that bounds the memory for their vectors."""
    return (passages[start : start + READ_AT_ONCE] for start in range(0, len(passages), READ_AT_ONCE))


def _file_holds(path: Path, dimension: int, stored: dict[int, int]) -> bool:
    try:
        return _contents(FaissIndex.load(path, dimension)) == stored
    except (OSError, IndexFileError):
        return False
