"""The row that describes a library: the encoder of its vectors, and its generation."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from qa.errors import LibraryError
from qa.library.admission import check_encoder
from qa.library.sqlite.database import Database
from qa.library.sqlite.integrity.damage import check_types, damaged_rows

__all__ = ["State", "initialize", "read_state", "write_encoder", "write_generation"]

MAX_DIMENSION = 1 << 16
MAX_GENERATION = 1 << 60
"""Larger values come from damage, and could overflow what uses them."""


@dataclass(frozen=True, slots=True)
class State:
    """The encoder's fingerprint, the length of its vectors, and a number that grows with every change."""

    encoder: str
    dimension: int
    generation: int

    def check(self, encoder: str | None) -> None:
        """Check that the vectors are the encoder's; None accepts any.

        :raises LibraryError: if they are another encoder's.
        """
        check_encoder(self.encoder, encoder)


def read_state(connection: sqlite3.Connection) -> State:
    """Return the library's state as the connection sees it."""
    row = connection.execute("SELECT encoder, dimension, generation FROM library").fetchone()
    if row is None:
        raise LibraryError(
            "the library is damaged: it does not say which encoder it was built with; create a new one"
        )
    encoder, dimension, generation = row
    with damaged_rows("the row that describes the library"):
        check_types(str, encoder)
        check_types(int, dimension, generation)
        if not (0 < dimension <= MAX_DIMENSION and 0 <= generation <= MAX_GENERATION):
            raise ValueError(f"dimension {dimension}, generation {generation}")
    return State(encoder, dimension, generation)


def initialize(database: Database, encoder: str, dimension: int) -> None:
    """Store the encoder of a new library; an existing one keeps its own."""
    with database.read() as connection:
        if connection.execute("SELECT 1 FROM library").fetchone():
            return
    with database.write() as connection:
        query = "INSERT OR IGNORE INTO library (only_row, encoder, dimension) VALUES (1, ?, ?)"
        connection.execute(query, (encoder, dimension))


def write_encoder(connection: sqlite3.Connection, encoder: str, dimension: int) -> None:
    """Store another encoder."""
    connection.execute("UPDATE library SET encoder = ?, dimension = ?", (encoder, dimension))


def write_generation(connection: sqlite3.Connection) -> int:
    """Increment the generation and return it."""
    row = connection.execute("UPDATE library SET generation = generation + 1 RETURNING generation").fetchone()
    return int(row[0])
