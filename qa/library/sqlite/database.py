"""Connections to the library's SQLite file: transactions, threads and errors."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from qa.errors import LibraryError
from qa.library.sqlite.files.library_files import check_database, new_database
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
    sqlite3.SQLITE_ERROR: "library.db is damaged; restore it from a backup, or create a new library",
    sqlite3.SQLITE_CONSTRAINT: "library.db is damaged; restore it from a backup, or create a new library",
    sqlite3.SQLITE_MISMATCH: "library.db is damaged; restore it from a backup, or create a new library",
    sqlite3.SQLITE_NOTADB: "library.db is damaged or not a database; restore it, or choose a new folder",
}


class Database:
    """A SQLite database for many threads: each transaction borrows its own connection from a pool.

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
            self._prepare()
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
            # A damaged or hostile file must not run anything; damage to a page is found when it is read.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            # With WAL, a crash of the process loses nothing; a crash of the machine can lose the last commits.
            connection.execute("PRAGMA synchronous = NORMAL")
            add_source_function(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self) -> None:
        if self._path is not None and not self._path.exists():
            self._create(self._path)
        if self._path is not None:
            check_database(self._path)
        with self.read() as connection:
            version = schema_version(connection)
        if version == 0 and self._path is not None:
            raise LibraryError(
                f"{self._path} is not a library but an empty database: restore it from a backup, or choose "
                "another folder"
            )
        if version != SCHEMA_VERSION:
            self._upgrade()

    def _create(self, path: Path) -> None:
        """Create the file as a whole: no process sees a part of it, and none is left by one that is killed."""
        try:
            with self._errors(), new_database(path) as temporary:
                connection = sqlite3.connect(temporary, isolation_level=None)
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("BEGIN")
                    migrate(connection)
                    connection.execute("COMMIT")
                finally:
                    connection.close()
        except OSError as error:
            raise LibraryError(f"{path} cannot be created: {error.strerror}; check its permissions") from error

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
        except (sqlite3.Error, UnicodeDecodeError) as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            place = f"the library {self._path.parent}" if self._path else "the library in memory"
            if code == 0 and "decode" in str(error):  # the message would quote the file, at any length
                raise LibraryError(
                    f"{place} contains a damaged text: run `quotewell doctor`, or restore it from a backup"
                ) from error
            raise LibraryError(f"{place} cannot be used: {_ADVICE.get(code, error)} ({error})") from error


def _is_busy(error: BaseException | None) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
