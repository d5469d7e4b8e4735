"""Addresses of libraries on PostgreSQL: ``postgresql://user@host/database?schema=news``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from qa.errors import LibraryError

__all__ = ["ServerAddress"]

DEFAULT_SCHEMA = "quotewell"

_SCHEMA = re.compile("[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """What libpq connects to, and the schema that holds the library's tables: one schema is one library."""

    conninfo: str
    schema: str

    @classmethod
    def parse(cls, address: str) -> ServerAddress:
        """Return the parts of a URL. All parameters but ``schema`` are libpq's.

        :raises LibraryError: if libpq does not understand it, or the schema is not a plain name.
        """
        try:
            url = urlsplit(address)
        except ValueError as error:  # a bracket that is no part of an IPv6 address
            raise _invalid(str(error)) from None
        parameters = parse_qsl(url.query, keep_blank_values=True)
        schema = dict(parameters).get("schema", DEFAULT_SCHEMA)
        if not _SCHEMA.fullmatch(schema):
            raise LibraryError(
                f"the schema {schema!r} is not valid: use lower-case letters, digits and underscores, 63 at most"
            )
        rest = urlencode([(name, value) for name, value in parameters if name != "schema"])
        conninfo = f"postgresql://{url.netloc}{url.path}" + (f"?{rest}" if rest else "")
        try:
            conninfo_to_dict(conninfo)
        except ProgrammingError as error:
            raise _invalid(" ".join(str(error).split()).replace(conninfo, "the address")) from None
        return cls(conninfo, schema)

    def __str__(self) -> str:
        """Say which library it is, without the password."""
        parts = conninfo_to_dict(self.conninfo)
        host = ":".join(str(parts[name]) for name in ("host", "port") if parts.get(name)) or "localhost"
        return f"{self.schema} in the database {parts.get('dbname') or 'of the user'} on {host}"


def _invalid(reason: str) -> LibraryError:
    return LibraryError(f"the address is not valid ({reason}); write postgresql://user@host/database?schema=name")
