"""Small articles ready to be stored, and libraries of earlier versions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from qa.testing.material import DIMENSION, ENCODER, indexed, unit

__all__ = ["DIMENSION", "ENCODER", "downgrade", "indexed", "unit"]


def downgrade(folder: Path, version: int) -> None:
    """Undo the migrations of a library down to an earlier version of the schema, all of them or none."""
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
    undone = "".join(statements for number, statements in undoing.items() if number >= version)
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.executescript(f"BEGIN IMMEDIATE; {undone} PRAGMA user_version = {version}; COMMIT;")
