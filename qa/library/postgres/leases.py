"""Leases on pending passages, which let any number of processes share the embedding."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from qa.library.postgres.server.server_pool import Connection

__all__ = ["lease_pending"]

# A lease is a number that its passages bear. Its holder keeps an advisory lock of that number, which the server
# releases when the holder's connection ends. So the lease of a dead process ends at once.
_LEASE = """
    UPDATE pending_vectors SET lease = %(lease)s, leased_until = now() + make_interval(secs => %(seconds)s)
    WHERE passage IN (
        SELECT passage FROM pending_vectors
        WHERE lease IS NULL OR leased_until < now() OR lease <> ALL (ARRAY(
            SELECT objid::bigint FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE locktype = 'advisory' AND datname = current_database() AND classid = %(library)s AND objsubid = 2
        ))
        ORDER BY passage LIMIT %(k)s FOR UPDATE SKIP LOCKED
    ) RETURNING passage
"""
_LOCK = "SELECT lease, pg_advisory_lock(%s, lease) FROM (SELECT nextval('leases')::integer AS lease) AS next"
_RELEASE = "UPDATE pending_vectors SET lease = NULL, leased_until = NULL WHERE lease = %s"


@contextmanager
def lease_pending(connection: Connection, schema: str, k: int, seconds: float) -> Iterator[list[int]]:
    """Lease up to k pending passages, the earliest first, until the end of the ``with`` block.

    :param connection: one that is used for nothing else in the meantime, without a transaction.
    """
    library = zlib.crc32(schema.encode()) & 0x7FFFFFFF
    row = connection.execute(_LOCK, [library]).fetchone()
    lease = row[0] if row else 0
    try:
        parameters = {"lease": lease, "library": library, "k": max(0, k), "seconds": seconds}
        yield sorted(passage for (passage,) in connection.execute(_LEASE, parameters))
    finally:
        if not connection.broken:
            connection.execute(_RELEASE, [lease])
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", [library, lease])
