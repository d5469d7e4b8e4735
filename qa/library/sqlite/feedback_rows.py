"""Feedback as rows."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import asdict, fields, replace

from qa.feedback import Feedback
from qa.library.sqlite.filters import replace_surrogates

__all__ = ["put_feedback", "read_feedback"]

_COLUMNS = [field.name for field in fields(Feedback)]


def put_feedback(connection: sqlite3.Connection, feedback: Feedback) -> Feedback:
    """Store feedback, replacing that with the same id if it has an id; return it with its id."""
    row = asdict(feedback) | {"given_at": feedback.given_at.isoformat()}
    values = [replace_surrogates(value) if isinstance(value, str) else value for value in row.values()]
    query = f"INSERT OR REPLACE INTO feedback ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
    return replace(feedback, id=connection.execute(query, values).lastrowid)


def read_feedback(connection: sqlite3.Connection, after: int, limit: int | None) -> list[Feedback]:
    """Return the feedback behind an id, the oldest first."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM feedback WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - our names
    rows = connection.execute(query, [after, -1 if limit is None else limit])
    records = (dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    return [Feedback(**{**row, "given_at": dt.datetime.fromisoformat(row["given_at"])}) for row in records]
