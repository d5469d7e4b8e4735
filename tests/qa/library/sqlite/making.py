"""Small articles ready to be stored, and libraries of earlier versions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from qa.testing.material import DIMENSION, ENCODER, indexed, unit

__all__ = ["DIMENSION", "ENCODER", "downgrade", "indexed", "unit"]


def downgrade(folder: Path, version: int) -> None:
    """Undo the migrations of a library down to an earlier version of the schema."""
    undoing = {
        9: "DROP TABLE article_stories; DROP TABLE story_buckets;",
        7: "DROP TABLE spellings;",
        6: "DROP TABLE followed_files;",
        5: "ALTER TABLE articles DROP COLUMN language;",
        4: "ALTER TABLE articles DROP COLUMN places;",
        3: "DROP TABLE article_digests; ALTER TABLE feedback DROP COLUMN digest;",
        2: """
            DROP TABLE pending_vectors;
            DROP INDEX vectors_arrival;
            ALTER TABLE vectors DROP COLUMN generation;
            CREATE INDEX vectors_checksum ON vectors (checksum);
        """,
        1: "DROP TABLE feedback;",
    }
    connection = sqlite3.connect(folder / "library.db")
    for number, statements in undoing.items():
        connection.executescript(statements if number >= version else "")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
