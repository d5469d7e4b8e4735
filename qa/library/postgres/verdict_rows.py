"""Feedback and followed files as rows of PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

from psycopg import sql

from qa.feedback import Feedback
from qa.library.base import FollowedFile
from qa.library.postgres.article_rows import storable
from qa.library.postgres.server.server_pool import Connection

__all__ = ["list_feedback", "list_followed", "store_feedback", "store_followed"]

_COLUMNS = [field.name for field in fields(Feedback)]
_AFTER_SLASH = chr(ord("/") + 1)
_AFTER_ALL = "\U0010ffff"


def store_feedback(connection: Connection, feedback: Feedback) -> Feedback:
    """Store feedback, replacing that with the same id if it has an id; return it with its id."""
    values: dict[str, Any] = {
        name: storable(value) if isinstance(value, str) else value for name, value in asdict(feedback).items()
    } | {"given_at": feedback.given_at.isoformat()}
    if feedback.id is None:
        connection.execute("LOCK TABLE feedback IN SHARE ROW EXCLUSIVE MODE")  # or two would take the same id
        row = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM feedback").fetchone()
        values["id"] = row[0] if row else 1
    columns = sql.SQL(", ").join(map(sql.Identifier, values))
    query = sql.SQL("INSERT INTO feedback ({0}) VALUES ({1}) ON CONFLICT (id) DO UPDATE SET ({0}) = ({2})").format(
        columns,
        sql.SQL(", ").join(map(sql.Placeholder, values)),
        sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(name)) for name in values),
    )
    connection.execute(query, values)
    return replace(feedback, id=values["id"])


def list_feedback(connection: Connection, after: int, limit: int | None) -> list[Feedback]:
    """Return the feedback behind an id, the oldest first."""
    query = sql.SQL("SELECT {} FROM feedback WHERE id > %s ORDER BY id LIMIT %s").format(
        sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    )
    rows = connection.execute(query, [after, limit])
    values = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    return [Feedback(**one | {"given_at": dt.datetime.fromisoformat(one["given_at"])}) for one in values]


def store_followed(connection: Connection, files: Iterable[FollowedFile], forget: Iterable[str]) -> None:
    """Store files in place of those with the same paths, and delete others by their paths."""
    connection.execute("DELETE FROM followed_files WHERE path = ANY(%s)", [[*map(storable, forget)]])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO followed_files (path, signature, articles) VALUES (%s, %s, %s) "
            "ON CONFLICT (path) DO UPDATE SET signature = excluded.signature, articles = excluded.articles",
            [(storable(file.path), file.signature, list(file.articles)) for file in files],
        )


def list_followed(connection: Connection, folder: str) -> list[FollowedFile]:
    """Return the files below a folder, or all if it is empty, ordered by path."""
    start = storable(folder).rstrip("/")
    first, last = (f"{start}/", f"{start}{_AFTER_SLASH}") if folder else ("", _AFTER_ALL)
    query = "SELECT path, signature, articles FROM followed_files WHERE path >= %s AND path < %s ORDER BY path"
    rows = connection.execute(query, [first, last])
    return [FollowedFile(path, signature, tuple(articles)) for path, signature, articles in rows]
