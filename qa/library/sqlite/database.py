"""Connections to the library's SQLite file: transactions, threads and errors."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from qa.errors import LibraryError
from qa.library.sqlite.filters import add_source_function
from qa.library.sqlite.migrations import SCHEMA_VERSION, migrate, schema_version

__all__ = ["Database"]

BUSY_TIMEOUT = 30.0
"""Seconds to wait for another process that is writing."""

_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process is changing it; wait for that one to finish and try again",
    sqlite3.SQLITE_LOCKED: "another process is changing it; wait for that one to finish and try again",
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again. Nothing in the library was changed",
    sqlite3.SQLITE_READONLY: "it is read-only; change its permissions, or copy it to a folder where you may write",
    sqlite3.SQLITE_CANTOPEN: "library.db cannot be opened; check that you may write to the folder",
    sqlite3.SQLITE_IOERR: "the disk reported an error; check it, and its free space, and try again",
    sqlite3.SQLITE_PERM: "you may not write to it; change its permissions",
    sqlite3.SQLITE_CORRUPT: "library.db is damaged; restore it from a backup, or create a new library",
    sqlite3.SQLITE_NOTADB: "library.db is damaged or not a database; restore it, or choose a new folder",
}


class Database:
    """A SQLite database for many threads: each transaction borrows a connection of its own from a pool.

    On disk (WAL), readers see the snapshot at which they began and never wait for the writer. In memory
    (``path=None``) there is one connection, and transactions wait for each other.
    """

    def __init__(self, path: Path | None) -> None:
        """Open the database, create it if it is missing, and migrate it.

        :raises LibraryError: if it is damaged, locked, not writable, or made by another program or newer version.
        """
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._pool_lock = threading.Lock()
        self._memory_lock = threading.Lock() if path is None else nullcontext()
        self._write_lock = threading.Lock()
        self._closed = False
        try:
            with self.read() as connection:
                current = schema_version(connection) == SCHEMA_VERSION
            if not current:
                self._upgrade()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one snapshot of the database.

        :raises LibraryError: if the database is closed or SQLite reports an error.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that holds the write lock; commit at the end, or roll back if an exception is raised.

        :raises LibraryError: if the database is closed or SQLite reports an error; nothing is changed then.
        """
        with self._write_lock, self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the connections: idle ones now, each of the others when its transaction ends."""
        with self._pool_lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._memory_lock, self._errors(), self._borrow() as connection:
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _borrow(self) -> Iterator[sqlite3.Connection]:
        with self._pool_lock:
            if self._closed:
                raise LibraryError("the library is closed; open it again")
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            with self._pool_lock:
                if not self._closed:
                    self._idle.append(connection)
            if self._closed:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path or ":memory:", timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            # With WAL, a crash of the process loses nothing; a crash of the machine can lose the last commits.
            connection.execute("PRAGMA synchronous = NORMAL")
            add_source_function(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _upgrade(self) -> None:
        if self._path is not None:
            self._use_wal()
        with self.write() as connection:
            migrate(connection)

    def _use_wal(self) -> None:
        """Switch to WAL. SQLite does not wait for its lock here, so processes that open the file at once retry."""
        deadline = time.monotonic() + BUSY_TIMEOUT
        while True:
            try:
                with self._errors(), self._borrow() as connection:
                    connection.execute("PRAGMA journal_mode = WAL")
                    return
            except LibraryError as error:
                if not _is_busy(error.__cause__) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            place = f"the library {self._path.parent}" if self._path else "the library in memory"
            raise LibraryError(f"{place} cannot be used: {_ADVICE.get(code, error)} ({error})") from error


def _is_busy(error: BaseException | None) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
