"""The tables of a library on PostgreSQL, in numbered migrations."""

from __future__ import annotations

from collections.abc import Callable

from psycopg import sql

from qa.errors import LibraryError
from qa.library.postgres.server.server_pool import Connection
from qa.library.postgres.story_tables import file_all

__all__ = ["SCHEMA_VERSION", "install"]

SERVER_VERSION = 14
"""The oldest PostgreSQL: earlier ones read some regular expressions differently."""
VECTOR_VERSION = (0, 8)
"""The oldest pgvector: earlier ones find too few vectors behind a filter."""

# A passage's terms stand in its row, and a GIN index finds the passages of a term: a fifth of the space of a table
# with a row for each term of each passage, and nothing else to change when a passage goes. A row may fill a page,
# or these arrays would be stored elsewhere.
_FIRST = """
    CREATE TABLE library (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        encoder text NOT NULL,
        dimension integer NOT NULL,
        generation bigint NOT NULL DEFAULT 0,
        passages bigint NOT NULL DEFAULT 0,
        terms bigint NOT NULL DEFAULT 0,
        last_passage bigint NOT NULL DEFAULT 0
    );
    CREATE TABLE articles (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        source text NOT NULL,
        file_name text NOT NULL,
        title text NOT NULL,
        date date,
        characters integer NOT NULL,
        content_hash text NOT NULL,
        added_at timestamptz NOT NULL DEFAULT now(),
        tags text[] NOT NULL,
        language text NOT NULL,
        headings json NOT NULL,
        pages json NOT NULL,
        places json NOT NULL,
        metadata json NOT NULL,
        text text NOT NULL
    );
    CREATE TABLE passages (
        id bigint PRIMARY KEY,
        article bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
        start integer NOT NULL,
        "end" integer NOT NULL,
        length integer NOT NULL,
        terms integer[] NOT NULL,
        frequencies smallint[] NOT NULL,
        context text NOT NULL
    ) WITH (toast_tuple_target = 8160);
    CREATE INDEX passages_article ON passages (article);
    CREATE INDEX passages_terms ON passages USING gin (terms) WITH (fastupdate = off);
    CREATE TABLE terms (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        term text COLLATE "C" NOT NULL UNIQUE,
        passages integer NOT NULL
    ) WITH (fillfactor = 70);
    CREATE TABLE spellings (word text COLLATE "C" PRIMARY KEY);
    CREATE TABLE vectors (
        passage bigint PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
        vector halfvec NOT NULL
    ) WITH (toast_tuple_target = 8160);
    CREATE SEQUENCE leases AS integer CYCLE;
    CREATE TABLE pending_vectors (
        passage bigint PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
        lease integer,
        leased_until timestamptz
    );
    CREATE TABLE feedback (
        id bigint PRIMARY KEY,
        given_at text NOT NULL,
        verdict text NOT NULL,
        comment text NOT NULL,
        question text NOT NULL,
        answer text,
        confidence double precision,
        min_confidence double precision NOT NULL,
        article_id text NOT NULL,
        source text NOT NULL,
        title text NOT NULL,
        start bigint,
        context text NOT NULL,
        context_start bigint NOT NULL
    );
    CREATE TABLE followed_files (
        path text COLLATE "C" PRIMARY KEY,
        signature text NOT NULL,
        articles text[] NOT NULL
    )
"""

# Articles with the same number in article_stories tell one story.
_STORIES = """
    CREATE TABLE article_stories (
        article bigint PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
        story bigint NOT NULL
    );
    CREATE INDEX article_stories_story ON article_stories (story, article);
    CREATE TABLE story_buckets (
        bucket bigint NOT NULL,
        article bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
        PRIMARY KEY (bucket, article)
    );
    CREATE INDEX story_buckets_article ON story_buckets (article)
"""

_MIGRATIONS: tuple[str | Callable[[Connection], None], ...] = (_FIRST, _STORIES, file_all)
"""The step from each version to the next: statements, or a function. Append; never change a released one."""

SCHEMA_VERSION = len(_MIGRATIONS)


def install(connection: Connection, schema: str, encoder: str | None, dimension: int | None, create: bool) -> str:
    """Create the library's tables if they are missing, migrate them, and return the schema of pgvector.

    Processes that do this at once wait for each other. Nothing is written if there is nothing to do.

    :param encoder: that of a new library; an existing one keeps its own.
    :raises LibraryError: if there is no library and none may be created, a newer version made it, or the server
        is too old or lacks pgvector.
    """
    _check_server(connection)
    version = _version(connection, schema)
    if version == 0 and not (create and encoder):
        raise LibraryError(
            f"there is no library in the schema {schema} of this database; create one with `quotewell add`"
        )
    if version > SCHEMA_VERSION:
        raise LibraryError(
            f"the library was made by a newer version of Quotewell (schema {version}; this one "
            f"reads up to {SCHEMA_VERSION}); upgrade with `pip install --upgrade quotewell`"
        )
    if version < SCHEMA_VERSION:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"quotewell {schema}"])
            _migrate(connection, schema, encoder, dimension)
    return _vector_schema(connection)


def _check_server(connection: Connection) -> None:
    version = connection.info.server_version // 10000
    if version < SERVER_VERSION:
        raise LibraryError(f"the server is PostgreSQL {version}: upgrade it to {SERVER_VERSION} or later")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise LibraryError(f"the database stores texts as {encoding}: create one with `createdb --encoding UTF8`")


def _version(connection: Connection, schema: str) -> int:
    exists = connection.execute("SELECT to_regclass(%s)", [f"{schema}.schema_version"]).fetchone()
    if exists is None or exists[0] is None:
        return 0
    query = sql.SQL("SELECT version FROM {}.schema_version").format(sql.Identifier(schema))
    row = connection.execute(query).fetchone()
    if row is None:
        raise LibraryError(f"the schema {schema} does not say its version: restore the database from a backup")
    return int(row[0])


def _migrate(connection: Connection, schema: str, encoder: str | None, dimension: int | None) -> None:
    """Bring the schema up to date, unless another process has done so since."""
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    search_path = f'"{schema}", "{_vector_schema(connection)}"'
    connection.execute("SELECT set_config('search_path', %s, true)", [search_path])
    version = _version(connection, schema)
    if version == 0:
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        connection.execute("CREATE TABLE schema_version (version integer NOT NULL)")
        connection.execute("INSERT INTO schema_version VALUES (0)")
    for step in _MIGRATIONS[version:]:
        if isinstance(step, str):
            connection.execute(step)
        else:
            step(connection)
    if version == 0:
        connection.execute("INSERT INTO library (encoder, dimension) VALUES (%s, %s)", [encoder, dimension])
    connection.execute("UPDATE schema_version SET version = %s", [SCHEMA_VERSION])


def _vector_schema(connection: Connection) -> str:
    """Return the schema of pgvector's types.

    :raises LibraryError: if the extension is missing or too old.
    """
    query = """
        SELECT nspname, extversion FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        WHERE extname = 'vector'
    """
    row = connection.execute(query).fetchone()
    if row is None:
        raise LibraryError("the database lacks the extension pgvector: run `CREATE EXTENSION vector` in it")
    schema, version = row
    if tuple(map(int, version.split(".")[:2])) < VECTOR_VERSION:
        wanted = ".".join(map(str, VECTOR_VERSION))
        raise LibraryError(
            f"the extension pgvector is {version}: install {wanted} or later on the server, and run "
            "`ALTER EXTENSION vector UPDATE`"
        )
    return str(schema)
