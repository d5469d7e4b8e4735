"""Libraries on PostgreSQL that are created, opened and refused."""

import pytest

from qa.errors import LibraryError
from qa.library.postgres.postgres_library import PostgresLibrary, open_postgres
from qa.testing.material import DIMENSION, ENCODER, indexed
from tests.postgres import Server


def schema_of(address: str) -> str:
    return address.rpartition("=")[2]


def test_schemas_are_separate_libraries(postgres: Server, library: PostgresLibrary) -> None:
    library.put([indexed("a")])
    with open_postgres(postgres.new_address(), encoder="other:2", dimension=3) as other:
        assert (len(other), other.encoder, other.dimension) == (0, "other:2", 3)
    assert len(library) == 1


@pytest.mark.parametrize(("encoder", "create"), [(ENCODER, False), (None, True)])
def test_a_missing_library_is_not_created_unasked(
    postgres: Server, address: str, encoder: str | None, create: bool
) -> None:
    with pytest.raises(LibraryError, match=f"no library in the schema {schema_of(address)}"):
        open_postgres(address, encoder=encoder, dimension=DIMENSION, create=create)
    query = f"SELECT 1 FROM pg_namespace WHERE nspname = '{schema_of(address)}'"
    assert postgres.execute(query) == []


def test_a_library_of_a_newer_version_is_refused(postgres: Server, library: PostgresLibrary, address: str) -> None:
    postgres.execute(f"UPDATE {schema_of(address)}.schema_version SET version = 99")
    with pytest.raises(LibraryError, match="newer version of Quotewell"):
        open_postgres(address, encoder=ENCODER, dimension=DIMENSION)


def test_a_schema_of_something_else_is_refused_and_left_alone(postgres: Server, address: str) -> None:
    schema = schema_of(address)
    postgres.execute(f"CREATE SCHEMA {schema} CREATE TABLE articles (theirs text)")
    with pytest.raises(LibraryError, match="tables of something else"):
        open_postgres(address, encoder=ENCODER, dimension=DIMENSION)
    tables = postgres.execute(f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace")
    assert tables == [("articles",)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("/postgres?", "/nowhere?"), '"nowhere" does not exist'),
        (("postgres:@", "nobody:@"), '"nobody" does not exist'),
        (("?host=/", "?host=/none/"), "No such file"),
    ],
)
def test_errors_say_what_to_do(address: str, change: tuple[str, str], message: str) -> None:
    with pytest.raises(LibraryError, match=f"cannot be reached.*{message}"):
        open_postgres(address.replace(*change), encoder=ENCODER, dimension=DIMENSION)


def test_a_database_with_another_encoding_is_refused(postgres: Server, address: str) -> None:
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with pytest.raises(LibraryError, match="--encoding UTF8"):
        open_postgres(address.replace("/postgres?", "/latin?"), encoder=ENCODER, dimension=DIMENSION)


def test_a_user_without_rights_is_told_so(postgres: Server, library: PostgresLibrary, address: str) -> None:
    postgres.execute("CREATE ROLE reader LOGIN")
    schema = schema_of(address)
    library.put([indexed("a", "foxes")])
    postgres.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader")
    postgres.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    with open_postgres(address.replace("postgres:@", "reader:@"), encoder=ENCODER, dimension=DIMENSION) as other:
        assert len(other.search_lexical("fox", 5)) == 1
        with pytest.raises(LibraryError, match="the user may not do this"):
            other.put([indexed("b")])
