"""Vectors as the library stores them: float16, little-endian, each with a checksum.

Half precision halves the file and moves cosines far less than what separates two passages. All scores come from
these vectors; the index only proposes which.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from embeddings.checksums import Checksums, Ids
from embeddings.encoder import Vectors
from qa.errors import LibraryError

__all__ = [
    "VectorChanges",
    "count_vectors",
    "insert_vectors",
    "read_checksums",
    "read_vectors",
    "round_vectors",
    "store_pending",
]

HALF = np.dtype("<f2")
"""Half precision moves the cosine of two unit vectors by less than 0.0005."""


@dataclass(slots=True)
class VectorChanges:
    """The vectors that a transaction removed and added, and the generation after it."""

    generation: int
    removed: list[int] = field(default_factory=list)
    added: dict[int, int] = field(default_factory=dict)
    """The checksums of the new vectors by passage id, in the order of ``vectors``."""
    vectors: list[Vectors] = field(default_factory=list)


def round_vectors(vectors: Vectors) -> Vectors:
    """Return the vectors as they will be read back."""
    return vectors.astype(HALF).astype(np.float32)


def insert_vectors(
    connection: sqlite3.Connection, ids: Sequence[int], vectors: Vectors, changes: VectorChanges
) -> None:
    """Store the vectors of the passages, and record them in ``changes``."""
    halves = vectors.astype(HALF)
    sums = [zlib.crc32(row) for row in halves]
    connection.executemany(
        "INSERT INTO vectors (passage, checksum, vector, generation) VALUES (?, ?, ?, ?)",
        (
            (id_, checksum, row.tobytes(), changes.generation)
            for id_, checksum, row in zip(ids, sums, halves, strict=True)
        ),
    )
    changes.added.update(zip(ids, sums, strict=True))
    changes.vectors.append(round_vectors(vectors))


def store_pending(
    connection: sqlite3.Connection, ids: Sequence[int], vectors: Vectors, changes: VectorChanges
) -> None:
    """Store the vectors of those of the passages that are pending, and record them in ``changes``."""
    query = "DELETE FROM pending_vectors WHERE passage IN (SELECT value FROM json_each(?)) RETURNING passage"
    pending = {passage for (passage,) in connection.execute(query, [json.dumps(ids)])}
    rows = {id_: row for row, id_ in enumerate(ids) if id_ in pending}
    if rows:
        insert_vectors(connection, list(rows), vectors[list(rows.values())], changes)


def count_vectors(connection: sqlite3.Connection) -> int:
    """Return the number of vectors."""
    return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])


def read_checksums(connection: sqlite3.Connection, after: int = -1) -> Checksums:
    """Return the checksum of every vector by passage id, without reading the vectors.

    :param after: only those stored after this generation.
    """
    # A damaged checksum may be of any type; it agrees with none then.
    query = "SELECT passage, coalesce(CAST(checksum AS INTEGER), -1) FROM vectors WHERE generation > ?"
    rows = np.fromiter(connection.execute(query, [after]), np.dtype((np.int64, 2)))
    return Checksums(rows[:, 0], rows[:, 1])


def read_vectors(connection: sqlite3.Connection, ids: Iterable[int], dimension: int) -> tuple[Ids, Vectors]:
    """Return those of the ids that have vectors, and the vectors, of shape ``(n, dimension)``.

    :raises LibraryError: if a vector has another length.
    """
    query = "SELECT passage, vector FROM vectors WHERE passage IN (SELECT value FROM json_each(?))"
    rows = connection.execute(query, [json.dumps(list(ids))]).fetchall()
    if not all(isinstance(blob, bytes) and len(blob) == dimension * HALF.itemsize for _, blob in rows):
        raise LibraryError("the library contains damaged vectors: repair it with `quotewell doctor --rebuild`")
    stored = np.frombuffer(b"".join(blob for _, blob in rows), dtype=HALF)
    present = np.array([passage for passage, _ in rows], dtype=np.int64)
    return present, stored.astype(np.float32).reshape(len(rows), dimension)
