"""Checks of the rows that are read: a damaged one is a ``LibraryError``, whatever its bytes have become."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import UnionType
from typing import Any

from qa.errors import ArticleError, LibraryError

__all__ = ["SQLITE_DAMAGE", "check_ascending", "check_types", "damaged_rows", "strings"]

SQLITE_DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What sqlite3 raises for a damaged file: a message that quotes the file may not be UTF-8."""

_CAUSED = (ArithmeticError, ArticleError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@contextmanager
def damaged_rows(what: str = "an article") -> Iterator[None]:
    """Raise what damaged rows cause inside the ``with`` block as a ``LibraryError``."""
    try:
        yield
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        ArticleError,
    ) as error:
        raise LibraryError(
            f"{what} in the library is damaged: run `quotewell doctor`, or restore library.db from a backup"
        ) from error


def check_types(kind: type | UnionType, *values: object) -> None:
    """Check that the values of a row have the type of their columns: SQLite does not.

    :raises TypeError: if one has another type.
    """
    for value in values:
        if not isinstance(value, kind):
            raise TypeError(f"{type(value).__name__} instead of {kind}")


def check_ascending(position: int, following: int) -> None:
    """Check that rows come in order. In a damaged file they need not, and pages of them would never end.

    :raises ValueError: if the position that follows is not larger.
    """
    if following <= position:
        raise ValueError(f"{following} follows {position}")


def strings(column: str) -> tuple[str, ...]:
    """Return the strings of a JSON array.

    :raises TypeError: if it is something else.
    :raises ValueError: if it is not JSON.
    """
    values: Any = json.loads(column)
    check_types(list, values)
    check_types(str, *values)
    return tuple(values)
