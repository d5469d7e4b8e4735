"""Feedback as rows."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import asdict, fields, replace

from qa.feedback import Feedback
from qa.library.sqlite.filters import replace_surrogates
from qa.library.sqlite.integrity.damage import check_ascending, check_types, damaged_rows
from qa.library.sqlite.integrity.digests import write_feedback_digest

__all__ = ["put_feedback", "read_feedback"]

_COLUMNS = [field.name for field in fields(Feedback)]
_STRINGS = ("given_at", "verdict", "comment", "question", "article_id", "source", "title", "context")


def put_feedback(connection: sqlite3.Connection, feedback: Feedback) -> Feedback:
    """Store feedback, replacing that with the same id if it has an id; return it with its id."""
    row = asdict(feedback) | {"given_at": feedback.given_at.isoformat()}
    values = [replace_surrogates(value) if isinstance(value, str) else value for value in row.values()]
    query = f"INSERT OR REPLACE INTO feedback ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
    id_ = connection.execute(query, values).lastrowid or 0
    write_feedback_digest(connection, id_)
    return replace(feedback, id=id_)


def read_feedback(connection: sqlite3.Connection, after: int, limit: int | None) -> list[Feedback]:
    """Return the feedback behind an id, the oldest first."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM feedback WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - our names
    rows = connection.execute(query, [after, -1 if limit is None else limit])
    feedback: list[Feedback] = []
    with damaged_rows("a rating"):
        for row in rows:
            values = dict(zip(_COLUMNS, row, strict=True))
            check_types(str, *(values[name] for name in _STRINGS))
            check_types(str | None, values["answer"])
            check_types(float, values["min_confidence"])
            check_types(float | None, values["confidence"])
            check_types(int | None, values["start"])
            check_types(int, values["context_start"])
            check_ascending(after, values["id"])
            after = values["id"]
            feedback.append(Feedback(**values | {"given_at": dt.datetime.fromisoformat(values["given_at"])}))
    return feedback
