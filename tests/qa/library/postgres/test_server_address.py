"""Addresses of libraries on PostgreSQL."""

import pytest

from qa.errors import LibraryError
from qa.library.postgres.server.server_address import ServerAddress


def test_the_schema_is_ours_and_the_rest_is_libpqs() -> None:
    address = ServerAddress.parse("postgresql://me@host:5433/news?schema=kyiv&sslmode=require")
    assert address == ServerAddress("postgresql://me@host:5433/news?sslmode=require", "kyiv")
    assert ServerAddress.parse("postgres://host/news") == ServerAddress("postgresql://host/news", "quotewell")
    assert ServerAddress.parse("postgresql://").schema == "quotewell"


def test_the_password_is_not_shown() -> None:
    address = ServerAddress.parse("postgresql://me:secret@host:5433/news?schema=kyiv")
    assert str(address) == "kyiv in the database news on host:5433"
    with pytest.raises(LibraryError, match="is not valid") as error:
        ServerAddress.parse("postgresql://me:secret@host/news?colour=red")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("schema", ["", "News", "a-b", 'x"; DROP', "1a", "é", "a" * 64])
def test_schemas_are_plain_names(schema: str) -> None:
    with pytest.raises(LibraryError, match="is not valid: use lower-case letters"):
        ServerAddress.parse(f"postgresql://host/news?schema={schema}")


def test_brackets_that_hold_no_ipv6_address_are_an_error() -> None:
    with pytest.raises(LibraryError, match=r"the address is not valid \(.*IPv6"):
        ServerAddress.parse("postgresql://me]@host/news")
