"""Filters to SQL."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from qa.library.source_patterns import matches_source
from qa.types import Filters

__all__ = ["add_source_function", "allowed_passages", "article_condition", "replace_surrogates"]

SOURCE_FUNCTION = "matches_source"

_SPECIAL = re.compile("[\\[\0\ud800-\udfff]")
"""What GLOB treats otherwise than fnmatch, or cannot take."""


def article_condition(filters: Filters | None) -> tuple[str, list[str]]:
    """Return an SQL condition on ``articles`` (empty: no restriction) and its parameters."""
    if not filters:
        return "", []
    conditions: list[tuple[str, list[str]]] = []
    undated = " OR date IS NULL" if filters.keep_undated else ""
    if filters.after:
        conditions.append((f"date >= ?{undated}", [filters.after.isoformat()[:10]]))
    if filters.before:
        conditions.append((f"date <= ?{undated}", [filters.before.isoformat()[:10]]))
    if filters.sources:
        conditions.append(_source_condition(filters.sources))
    if filters.tags:
        tagged = "EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN (SELECT value FROM json_each(?)))"
        conditions.append((tagged, [_json(filters.tags)]))
    if filters.articles:
        conditions.append(("id IN (SELECT value FROM json_each(?))", [_json(filters.articles)]))
    condition = " AND ".join(f"({clause})" for clause, _ in conditions)
    return condition, [parameter for _, parameters in conditions for parameter in parameters]


def allowed_passages(filters: Filters | None) -> tuple[str, list[str]]:
    """Return a SELECT of the passage ids that the filters allow (empty: no restriction) and its parameters."""
    condition, parameters = article_condition(filters)
    if not condition:
        return "", []
    articles = f"SELECT position FROM articles WHERE {condition}"  # noqa: S608 - the condition is built above
    return f"SELECT id FROM passages WHERE article IN ({articles})", parameters  # noqa: S608


def _source_condition(patterns: Sequence[str]) -> tuple[str, list[str]]:
    """Use GLOB, which is several times as fast as the function, for patterns that mean the same to it.

    The patterns are the rows of a table, because the depth of an expression has a limit.
    """
    others = [pattern for pattern in patterns if _SPECIAL.search(pattern)]
    globs = [pattern for pattern in patterns if not _SPECIAL.search(pattern)]
    clauses, parameters = [], []
    if globs:
        clauses.append("EXISTS (SELECT 1 FROM json_each(?) WHERE source GLOB value OR file_name GLOB value)")
        parameters.append(_json(globs))
    if others:
        clauses.append(f"{SOURCE_FUNCTION}(source, ?)")
        parameters.append(_json(others))
    return " OR ".join(clauses), parameters


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values))


def add_source_function(connection: sqlite3.Connection) -> None:
    """Define the SQL function that applies the patterns of ``Filters.sources``: GLOB has other rules for ``[``."""
    connection.create_function(SOURCE_FUNCTION, 2, _matches_source, deterministic=True)


def replace_surrogates(text: str) -> str:
    """Return the text with lone surrogates replaced: SQLite refuses them, and no stored text contains one."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _matches_source(source: str, patterns: str) -> bool:
    return matches_source(source, _patterns(patterns))


@lru_cache(64)
def _patterns(patterns: str) -> tuple[str, ...]:
    return tuple(json.loads(patterns))
