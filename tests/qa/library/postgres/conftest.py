"""An empty library on PostgreSQL."""

from collections.abc import Iterator

import pytest

from qa.library.postgres.postgres_library import PostgresLibrary, open_postgres
from qa.testing.material import DIMENSION, ENCODER
from tests.postgres import Server


@pytest.fixture
def address(postgres: Server) -> str:
    return postgres.new_address()


@pytest.fixture
def library(address: str) -> Iterator[PostgresLibrary]:
    with open_postgres(address, encoder=ENCODER, dimension=DIMENSION) as made:
        yield made
