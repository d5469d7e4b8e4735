"""The one row that describes a library: the encoder that its vectors are of, and its generation."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from qa.errors import LibraryError
from qa.library.sqlite.database import Database

__all__ = ["State", "read_state", "start", "write_encoder", "write_generation"]


@dataclass(frozen=True, slots=True)
class State:
    """The encoder's fingerprint, the length of its vectors, and a number that grows with every change."""

    encoder: str
    dimension: int
    generation: int

    def check(self, encoder: str | None) -> None:
        """Make sure that the vectors are of the encoder; None accepts any.

        :raises LibraryError: when they are of another.
        """
        if encoder is not None and encoder != self.encoder:
            raise LibraryError(
                f"the library was built with the encoder {self.encoder}, not with {encoder}: choose that encoder, "
                "run `quotewell doctor --rebuild` to embed its articles again, or add them to a new library"
            )


def read_state(connection: sqlite3.Connection) -> State:
    """Return the library's state as the connection sees it."""
    row = connection.execute("SELECT encoder, dimension, generation FROM library").fetchone()
    if row is None:
        raise LibraryError("the library is damaged: nothing says which encoder it was built with; make a new one")
    return State(*row)


def start(database: Database, encoder: str, dimension: int) -> None:
    """Note the encoder of a library that has none yet."""
    with database.read() as connection:
        if connection.execute("SELECT 1 FROM library").fetchone():
            return
    with database.write() as connection:
        query = "INSERT OR IGNORE INTO library (only_row, encoder, dimension) VALUES (1, ?, ?)"
        connection.execute(query, (encoder, dimension))


def write_encoder(connection: sqlite3.Connection, encoder: str, dimension: int) -> None:
    """Note another encoder."""
    connection.execute("UPDATE library SET encoder = ?, dimension = ?", (encoder, dimension))


def write_generation(connection: sqlite3.Connection) -> int:
    """Count a change; return the new generation."""
    row = connection.execute("UPDATE library SET generation = generation + 1 RETURNING generation").fetchone()
    return int(row[0])
