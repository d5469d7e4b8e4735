"""PostgreSQL passes the conformance tests for stores."""

from typing import ClassVar

import psycopg
import pytest

from qa.library.postgres.server.server_address import ServerAddress
from qa.testing.library import LibraryTests
from tests.postgres import Server


class TestOnPostgres(LibraryTests):
    opener: ClassVar[str] = "qa.library.postgres.postgres_library:open_postgres"
    examples: ClassVar[int] = 10
    rounds: ClassVar[int] = 10
    batches: ClassVar[int] = 20
    kills: ClassVar[int] = 2

    @pytest.fixture
    def address(self, postgres: Server) -> str:
        return postgres.new_address()

    def inject_fault(self, address: str) -> None:
        parsed = ServerAddress.parse(address)
        with psycopg.connect(parsed.conninfo) as connection:
            connection.execute(f'UPDATE {parsed.schema}.passages SET "end" = 999 WHERE id = 1')
