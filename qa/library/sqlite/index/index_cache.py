"""The index of a library's vectors: a cache of the vectors table, kept in step with it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from embeddings.faiss_index import FaissIndex, IndexFileError
from qa.errors import LibraryError
from qa.library.sqlite.database import Database
from qa.library.sqlite.index.index_files import IndexFiles
from qa.library.sqlite.state import State, read_state
from qa.library.sqlite.vectors import Change, checksums, count_vectors, read_checksums, read_vectors

__all__ = ["IndexCache"]

logger = logging.getLogger(__name__)

SAVE_AFTER = 20_000
"""So many changes are saved at once, without waiting for ``close``; of a large index, a quarter must change."""
SAVED_SHARE = 0.1
"""``close`` saves when this share of the vectors has changed; with fewer, the next to open catches up."""

Difference = tuple[FaissIndex, list[int], dict[int, int]]
"""An index, the ids to remove from it, and those to add with their checksums."""


class IndexCache:
    """A FAISS index that answers for the vectors table.

    Every use first compares the generation. When it has moved, the vectors that came later are added; when that
    does not explain their number, ids and checksums tell which vectors to remove and to add: that serves removals
    by other processes, stale files and foreign ones alike. Uses take turns.
    """

    def __init__(self, database: Database, folder: Path | None) -> None:
        self._database = database
        self._files = IndexFiles(folder)
        self._lock = threading.Lock()
        self._index: FaissIndex | None = None
        self._held: dict[int, int] = {}
        self._generation = -1
        self._unsaved = 0

    @contextmanager
    def current(self, encoder: str | None) -> Iterator[tuple[sqlite3.Connection, FaissIndex]]:
        """Lend a connection and the index, which agrees with the snapshot that the connection sees.

        :raises LibraryError: when the vectors are of another encoder.
        """
        with self._lock, self._database.read() as connection:
            state = read_state(connection)
            state.check(encoder)
            yield connection, self._caught_up(connection, state)

    def apply(self, change: Change) -> None:
        """Follow a change that this process has committed, when the index is at the generation before it."""
        with self._lock:
            if self._index is None or self._generation != change.generation - 1:
                self._unsaved += len(change.removed) + len(change.added)
                return  # the next use catches up
            try:
                self._update(self._index, change)
            except Exception as error:
                logger.warning("the index did not follow a change and is built again: %s", error)
            if self._unsaved >= max(SAVE_AFTER, len(self._held) // 4):
                self._save()

    def drop(self) -> None:
        """Forget the index, and delete its files."""
        with self._lock:
            self._forget()
            self._files.delete()

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the index for the generation that it claims."""
        with self._lock, self._database.read() as connection:
            state = read_state(connection)
            wanted = read_checksums(connection)
            if self._index and self._generation == state.generation and _contents(self._index) != wanted:
                yield "the index in memory disagrees with the vectors: open the library again"
            newest = self._files.newest()
            if newest and newest[1] == state.generation and not _file_holds(newest[0], state.dimension, wanted):
                yield f"{newest[0].name} is damaged or foreign: delete it, and the next search makes it anew"

    def close(self) -> None:
        """Save the index when enough has changed, so that the next to open the library need not build it."""
        try:
            with self._database.read() as connection:
                vectors = count_vectors(connection)
            if self._files.enabled and self._unsaved > SAVED_SHARE * vectors:
                with self.current(encoder=None):
                    self._save()
        except LibraryError as error:
            logger.warning("the index was not saved: %s", error)

    def _caught_up(self, connection: sqlite3.Connection, state: State) -> FaissIndex:
        if self._index is not None and self._generation == state.generation:
            return self._index
        index, removed, added = self._later(connection, state) or self._differing(connection, state)
        ids, vectors = read_vectors(connection, sorted(added), state.dimension)
        added = {passage: added[passage] for passage in ids.tolist()}
        self._update(index, Change(state.generation, removed, added, [vectors]))
        return index

    def _later(self, connection: sqlite3.Connection, state: State) -> Difference | None:
        """Return what came after the index, or None when more than that has happened."""
        if self._index is None or self._index.dimension != state.dimension or self._generation > state.generation:
            return None
        later = read_checksums(connection, self._generation)
        if count_vectors(connection) != len(self._held) + len(later) or not self._held.keys().isdisjoint(later):
            return None
        return self._index, [], later

    def _differing(self, connection: sqlite3.Connection, state: State) -> Difference:
        """Return an index to begin with, the vectors to remove from it, and those to add."""
        wanted = read_checksums(connection)
        if self._index is None or self._index.dimension != state.dimension:
            self._index, self._held = self._load(state, wanted)
        removed = [passage for passage, _ in self._held.items() - wanted.items()]
        if 2 * len(removed) > len(self._held):
            self._index, self._held, removed = FaissIndex(state.dimension), {}, []
        return self._index, removed, dict(wanted.items() - self._held.items())

    def _load(self, state: State, wanted: dict[int, int]) -> tuple[FaissIndex, dict[int, int]]:
        newest = self._files.newest()
        if newest is None and wanted and self._files.enabled and not self._unsaved:
            logger.warning("there is no file of the index; it is rebuilt from the library")
        index = self._files.load(state.dimension)
        if index is None:
            return FaissIndex(state.dimension), {}
        held = _contents(index)
        if newest and newest[1] == state.generation and held != wanted:
            logger.warning("%s is not of this library; the index is rebuilt from the library", newest[0].name)
        return index, held

    def _update(self, index: FaissIndex, change: Change) -> None:
        try:
            index.remove(np.array(change.removed, dtype=np.int64))
            if change.added:
                index.add(np.array(list(change.added), dtype=np.int64), np.concatenate(change.vectors))
        except BaseException:
            self._forget()  # half a change is worse than none
            raise
        for passage in change.removed:
            self._held.pop(passage, None)
        self._held.update(change.added)
        self._generation = change.generation
        self._unsaved += len(change.removed) + len(change.added)

    def _forget(self) -> None:
        self._index, self._held = None, {}

    def _save(self) -> None:
        if self._index is not None and self._files.save(self._index, self._generation):
            self._unsaved = 0


def _contents(index: FaissIndex) -> dict[int, int]:
    """Return the checksum of each of the index's vectors by id."""
    ids = index.ids
    return dict(zip(ids.tolist(), checksums(index.vectors(ids)), strict=True))


def _file_holds(path: Path, dimension: int, wanted: dict[int, int]) -> bool:
    try:
        return _contents(FaissIndex.load(path, dimension)) == wanted
    except (OSError, IndexFileError):
        return False
