"""Gives a library the vectors of another encoder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from embeddings.encoder import Vectors
from qa.errors import LibraryError
from qa.library.database import Database
from qa.library.records import read_passages
from qa.library.state import State, write_generation
from qa.library.vectors import insert_vectors

__all__ = ["reembed"]

BATCH = 256
"""Passages that are encoded at once."""

Encode = Callable[[Sequence[str]], Vectors]


def reembed(database: Database, target: State, encode: Encode) -> None:
    """Replace all vectors by those of the target's encoder.

    Embedding takes long, so it comes before the transaction; what was added meanwhile is embedded inside it.

    :raises LibraryError: when the vectors are of another shape or cannot be written; nothing is changed then.
    """
    vectors: dict[int, Vectors] = {}
    with database.read() as connection:
        ids = _ids(connection)
    for first in range(0, len(ids), BATCH):
        with database.read() as connection:
            texts = _texts(connection, ids[first : first + BATCH])
        vectors.update(_encode(texts, encode, target.dimension))
    with database.write() as connection:
        ids = _ids(connection)
        late = _texts(connection, [passage for passage in ids if passage not in vectors])
        vectors.update(_encode(late, encode, target.dimension))
        connection.execute("DELETE FROM vectors")
        if ids:
            insert_vectors(connection, ids, np.stack([vectors[passage] for passage in ids]))
        connection.execute("UPDATE library SET encoder = ?, dimension = ?", [target.encoder, target.dimension])
        write_generation(connection)


def _ids(connection: sqlite3.Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT id FROM passages ORDER BY id")]


def _encode(texts: dict[int, str], encode: Encode, dimension: int) -> Iterator[tuple[int, Vectors]]:
    if not texts:
        return iter(())
    vectors = np.asarray(encode(list(texts.values())), dtype=np.float32)
    if vectors.shape != (len(texts), dimension) or not np.isfinite(vectors).all():
        raise LibraryError(
            f"the encoder made vectors of shape {vectors.shape}, not ({len(texts)}, {dimension}): "
            "choose another encoder; the library keeps the vectors it had"
        )
    return iter(zip(texts, vectors, strict=True))


def _texts(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    found = read_passages(connection, ids)
    return {id_: f"{passage.context}\n{passage.text}" for id_, passage in found.items()}
