"""Connections to the server: transactions, threads, errors, and a server that goes away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import psycopg
from pgvector.psycopg import register_vector
from psycopg import errors
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from qa.errors import LibraryError
from qa.library.postgres.server.server_address import ServerAddress

__all__ = ["Connection", "ServerPool"]

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

CONNECT_TIMEOUT = 10
"""Seconds to wait for a connection, also for a server that is being restarted."""
MAX_CONNECTIONS = 16
"""Connections of one process at most: threads beyond this number wait."""

_BUSY = "others are changing it; try again"
_DENIED = "the user may not do this; let the owner of the database grant it, or give another user in the address"
_ADVICE: dict[type[psycopg.Error], str] = {
    PoolTimeout: "the server cannot be reached, or all connections are busy; check that it runs, or try again",
    errors.InsufficientPrivilege: _DENIED,
    errors.ReadOnlySqlTransaction: "the server is a read-only replica; give the address of the primary",
    errors.DiskFull: "the server's disk is full; free some space and try again. Nothing was changed",
    errors.DeadlockDetected: _BUSY,
    errors.SerializationFailure: _BUSY,
    errors.LockNotAvailable: _BUSY,
    errors.QueryCanceled: "the server cancelled the query; raise statement_timeout, or try again",
    errors.DuplicateTable: "the schema holds tables of something else; name another one by ?schema=name",
    errors.UndefinedTable: "its tables are damaged or gone; restore the database from a backup",
    errors.UndefinedColumn: "its tables are damaged; restore the database from a backup",
    errors.IntegrityError: "its tables are damaged; restore the database from a backup",
}
_GONE = "the server cannot be reached; check that it runs, and the address: user, password, host and database"

logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # what it warns of, we raise


class ServerPool:
    """A pool of connections to one library's schema."""

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            address.conninfo,
            kwargs=_OPTIONS,
            configure=self._configure,
            min_size=0,
            max_size=MAX_CONNECTIONS,
            timeout=CONNECT_TIMEOUT,
            open=False,
        )
        self._vector_schema = ""

    def prepare(self, prepare: Callable[[Connection], str]) -> None:
        """Run a function that makes the schema ready and returns the one of pgvector; then open the pool.

        :raises LibraryError: if the server cannot be reached, or what the function raises.
        """
        with self._errors(), psycopg.connect(self._address.conninfo, **_OPTIONS) as connection:
            self._vector_schema = prepare(connection)
        self._pool.open()

    def read(self, query: Callable[[Connection], T]) -> T:
        """Return the result of a function that reads by a single statement; if the server is gone, try again once.

        :raises LibraryError: if the pool is closed, or the server reports an error or stays away.
        """
        with self._errors():
            try:
                with self._pool.connection() as connection:
                    return query(connection)
            except psycopg.OperationalError as error:
                if isinstance(error, (PoolClosed, PoolTimeout)) or not _is_gone(error):
                    raise
            self._pool.check()  # what else is idle lost its server, too
            with self._pool.connection() as connection:
                return query(connection)

    def read_snapshot(self, query: Callable[[Connection], T]) -> T:
        """Do the same for a function that reads by several statements: all of them see the same state."""

        def read(connection: Connection) -> T:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            result = query(connection)
            connection.execute("COMMIT")  # after an error, the pool rolls back
            return result

        return self.read(read)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Lend a connection with a transaction; commit at the end, or roll back if an exception is raised.

        :raises LibraryError: if the pool is closed or the server reports an error; nothing is changed then.
        """
        with self.lend() as connection, connection.transaction():
            yield connection

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """Lend a connection without a transaction."""
        with self._errors(), self._pool.connection() as connection:
            yield connection

    def close(self) -> None:
        """Close the connections: idle ones now, each of the others when it is returned."""
        self._pool.close()

    def _configure(self, connection: Connection) -> None:
        # Compiling a query takes longer than running one of ours.
        settings = "SELECT set_config('search_path', %s, false), set_config('jit', 'off', false)"
        connection.execute(settings, [f'"{self._address.schema}", "{self._vector_schema}"'])
        register_vector(connection)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except PoolClosed as error:
            raise LibraryError("the library is closed; open it again") from error
        except psycopg.Error as error:
            reason = " ".join(str(error).split())
            raise LibraryError(
                f"the library {self._address} cannot be used: {_advice(error)} ({reason})"
            ) from error


_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": CONNECT_TIMEOUT,
    "fallback_application_name": "quotewell",
    # A plan made for any parameters knows neither how rare the words are nor how much a filter keeps.
    "prepare_threshold": None,
}


def _advice(error: psycopg.Error) -> str:
    for kind, advice in _ADVICE.items():
        if isinstance(error, kind):
            return advice
    if isinstance(error, psycopg.OperationalError) and _is_gone(error):
        return _GONE
    return "the server reported an error"


def _is_gone(error: psycopg.OperationalError) -> bool:
    """Return whether the connection broke or was never made: the server stopped, or the network did."""
    return error.sqlstate is None or error.sqlstate[:2] == "08" or error.sqlstate[:4] == "57P0"
