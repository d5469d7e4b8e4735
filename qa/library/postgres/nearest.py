"""The vectors of the passages: stored, searched exactly or by an index, and scored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import LiteralString

import numpy as np
from pgvector import HalfVector
from psycopg import sql

from embeddings.encoder import Vectors
from embeddings.inner_products import rank
from qa.library.postgres.conditions import passage_condition
from qa.library.postgres.server.server_pool import Connection
from qa.types import Filters

__all__ = [
    "EXACT_LIMIT",
    "build_index",
    "copy_vectors",
    "describe_vectors",
    "drop_index",
    "read_vectors_of",
    "score_dense",
    "search_dense",
    "store_pending_vectors",
]

EXACT_LIMIT = 50_000
"""Up to this many vectors that the filters allow, all are compared, which finds the nearest for certain."""
MAX_INDEXED_DIMENSION = 4000
"""pgvector's limit for an index over halfvec."""
EF_CONSTRUCTION = 128
"""Candidates that building the index keeps. Twice pgvector's default: building takes 1.7 times as long, and
searches find more."""
EF_SEARCH = 200
"""Candidates that a search of the index keeps at least. Of the 10 nearest, it then finds 0.99; pgvector's limit is
1000."""
BUILD_MEMORY = "1GB"
"""What building the index may use on the server; it takes several times as long if the index does not fit."""

_INDEX = "vectors_nearest"
# Vectors are stored in half precision. The question's vector is sent as two halves, rounded and rest, so that the
# nearest are chosen in single precision. Scores are computed here, as for every other store.
_SCORE = "-((vector <#> %s::halfvec) + (vector <#> %s::halfvec))"


def copy_vectors(connection: Connection, ids: Iterable[int], vectors: Sequence[Vectors]) -> None:
    """Store the vectors of new passages.

    :param vectors: arrays whose rows, one behind the other, belong to the ids.
    """
    with connection.cursor().copy("COPY vectors (passage, vector) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "halfvec"])
        for id_, vector in zip(ids, chain.from_iterable(vectors), strict=True):
            copy.write_row([id_, HalfVector(vector)])


def store_pending_vectors(connection: Connection, ids: Sequence[int], vectors: Vectors) -> int:
    """Store the vectors of those of the passages that are pending; return how many."""
    query = "DELETE FROM pending_vectors WHERE passage = ANY(%s) RETURNING passage"
    pending = {passage for (passage,) in connection.execute(query, [list(ids)])}
    rows = {id_: row for row, id_ in enumerate(ids) if id_ in pending}
    copy_vectors(connection, rows, [vectors[list(rows.values())]])
    return len(rows)


def read_vectors_of(connection: Connection, ids: Sequence[int]) -> dict[int, Vectors]:
    """Return the vectors of those of the passages that have one."""
    return _read(connection, "SELECT passage, vector FROM vectors WHERE passage = ANY(%s)", [list(ids)])


def describe_vectors(connection: Connection) -> tuple[str, int, bool]:
    """Return the encoder and the length of the vectors, and whether there is an index over them."""
    query = """
        SELECT encoder, dimension,
               EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid) FROM library
    """
    encoder, dimension, has_index = connection.execute(query, [_INDEX]).fetchone() or ("", 0, False)
    return encoder, dimension, has_index


def score_dense(connection: Connection, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
    """Return the inner products of the vector with those of the passages that have vectors."""
    return dict(rank(read_vectors_of(connection, ids), vector))


def search_dense(
    connection: Connection, vector: Vectors, k: int, filters: Filters | None, has_index: bool
) -> list[tuple[int, float]]:
    """Return up to k passage ids with their inner products, best first. It may take several statements.

    An index may miss some of the nearest, or stop early behind a filter. So it is used only if more vectors are
    allowed than can be compared quickly, and if it finds too few, all are compared.
    """
    if has_index and _allows_many(connection, filters):
        found = _search_index(connection, vector, k, filters)
        if len(found) == k:
            return rank(found, vector)
    condition, parameters = passage_condition(filters)
    query = sql.SQL(
        "SELECT passage, vector FROM (SELECT passage, vector, {score} AS score FROM {source} "
        "ORDER BY score DESC, passage LIMIT %s) AS nearest"
    ).format(score=sql.SQL(_SCORE), source=_source(filters, condition))
    return rank(_read(connection, query, [*_halves(vector), *parameters, k]), vector)


def build_index(connection: Connection) -> None:
    """Build the index if there are vectors enough for one, unless there is one or somebody is building it.

    Others may read and write meanwhile. The connection must not be in a transaction.
    """
    row = connection.execute("SELECT count(*) > %s FROM vectors", [EXACT_LIMIT]).fetchone()
    _, dimension, has_index = describe_vectors(connection)
    if not (row and row[0]) or has_index or dimension > MAX_INDEXED_DIMENSION:
        return
    with _turn(connection) as is_free:
        if is_free and not describe_vectors(connection)[2]:
            drop_index(connection)  # what a build that was killed has left
            query = sql.SQL(
                "CREATE INDEX CONCURRENTLY {} ON vectors USING hnsw ((vector::halfvec({})) halfvec_ip_ops) "
                "WITH (ef_construction = {})"
            )
            connection.execute(query.format(sql.Identifier(_INDEX), dimension, EF_CONSTRUCTION))
            connection.execute("ANALYZE passages, vectors")


@contextmanager
def _turn(connection: Connection) -> Iterator[bool]:
    """Yield whether nobody else builds the index; inside the ``with`` block, the server may use much memory."""
    lock = "pg_{}('vectors'::regclass::oid::bigint)"
    row = connection.execute(sql.SQL(f"SELECT {lock.format('try_advisory_lock')}")).fetchone()
    is_free = bool(row and row[0])
    connection.execute("SELECT set_config('maintenance_work_mem', %s, false)", [BUILD_MEMORY])
    try:
        yield is_free
    finally:
        if not connection.broken:
            connection.execute("RESET maintenance_work_mem")
            if is_free:
                connection.execute(sql.SQL(f"SELECT {lock.format('advisory_unlock')}"))


def drop_index(connection: Connection) -> None:
    """Drop the index, if there is one."""
    connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(_INDEX)))


def _allows_many(connection: Connection, filters: Filters | None) -> bool:
    if not filters:
        return True
    condition, parameters = passage_condition(filters)
    query = sql.SQL("SELECT count(*) FROM (SELECT FROM passages WHERE {} LIMIT %s) AS allowed").format(condition)
    row = connection.execute(query, [*parameters, EXACT_LIMIT + 1]).fetchone()
    return row is not None and row[0] > EXACT_LIMIT


def _search_index(connection: Connection, vector: Vectors, k: int, filters: Filters | None) -> dict[int, Vectors]:
    settings = (
        "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', %s, true)"
    )
    connection.execute(settings, [str(min(max(EF_SEARCH, k), 1000))])
    condition, parameters = passage_condition(filters)
    query = sql.SQL(
        "SELECT passage, vector FROM {source} ORDER BY vector::halfvec({dimension}) <#> %s LIMIT %s"
    ).format(source=_source(filters, condition), dimension=sql.Literal(vector.size))
    return _read(connection, query, [*parameters, HalfVector(vector.astype(np.float16)), k])


def _source(filters: Filters | None, condition: sql.Composable) -> sql.Composable:
    if not filters:
        return sql.SQL("vectors")
    return sql.SQL("vectors JOIN passages ON passages.id = passage WHERE {}").format(condition)


def _read(
    connection: Connection, query: sql.Composed | LiteralString, parameters: Sequence[object]
) -> dict[int, Vectors]:
    rows = connection.execute(query, parameters)
    return {passage: vector.to_numpy().astype(np.float32) for passage, vector in rows}


def _halves(vector: Vectors) -> tuple[HalfVector, HalfVector]:
    """Return the vector in half precision, and what rounding has left of it."""
    rounded = vector.astype(np.float16)
    return HalfVector(rounded), HalfVector(vector - rounded.astype(np.float32))
