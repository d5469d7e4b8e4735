"""The files of followed folders as rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from qa.library.base import FollowedFile
from qa.library.sqlite.filters import replace_surrogates
from qa.library.sqlite.integrity.damage import check_types, damaged_rows, strings

__all__ = ["read_followed", "write_followed"]

_AFTER_SLASH = chr(ord("/") + 1)
_AFTER_ALL = "\U0010ffff"


def read_followed(connection: sqlite3.Connection, folder: str) -> list[FollowedFile]:
    """Return the files below a folder, or all if it is empty, ordered by path."""
    start = replace_surrogates(folder).rstrip("/")
    first, last = (f"{start}/", f"{start}{_AFTER_SLASH}") if folder else ("", _AFTER_ALL)
    query = "SELECT path, signature, articles FROM followed_files WHERE path >= ? AND path < ? ORDER BY path"
    files: list[FollowedFile] = []
    with damaged_rows("the list of followed files"):
        for path, signature, articles in connection.execute(query, [first, last]):
            check_types(str, path, signature)
            files.append(FollowedFile(path, signature, strings(articles)))
    return files


def write_followed(connection: sqlite3.Connection, files: Iterable[FollowedFile], forget: Iterable[str]) -> None:
    """Store files in place of those with the same paths, and delete others by their paths."""
    connection.executemany(
        "DELETE FROM followed_files WHERE path = ?", ((replace_surrogates(path),) for path in forget)
    )
    connection.executemany(
        "INSERT OR REPLACE INTO followed_files (path, signature, articles) VALUES (?, ?, ?)",
        ((replace_surrogates(file.path), file.signature, json.dumps(file.articles)) for file in files),
    )
