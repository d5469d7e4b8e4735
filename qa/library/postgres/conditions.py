"""Filters to SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from qa.library.source_patterns import pattern_to_regex
from qa.types import Filters

__all__ = ["article_condition", "passage_condition"]

# NUL and lone surrogates cannot be sent. No source contains them, so something that hardly any contains stands in.
_STAND_INS = {0: "\x01"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def article_condition(filters: Filters | None) -> tuple[sql.Composable, list[Any]]:
    """Return a condition on ``articles``, true without filters, and its parameters."""
    conditions, parameters = ["true"], []
    if filters:
        for condition, values in _conditions(filters):
            conditions.append(f"({condition})")
            parameters += values
    return sql.SQL(" AND ".join(conditions)), parameters


def passage_condition(filters: Filters | None) -> tuple[sql.Composable, list[Any]]:
    """Return a condition on ``passages``, true without filters, and its parameters."""
    if not filters:
        return sql.SQL("true"), []
    condition, parameters = article_condition(filters)
    query = sql.SQL("passages.article IN (SELECT position FROM articles WHERE {})")
    return query.format(condition), parameters


def _conditions(filters: Filters) -> list[tuple[str, list[Any]]]:
    undated = " OR date IS NULL" if filters.keep_undated else ""
    conditions: list[tuple[str, list[Any]]] = []
    if filters.after:
        conditions.append((f"date >= %s{undated}", [filters.after]))
    if filters.before:
        conditions.append((f"date <= %s{undated}", [filters.before]))
    if filters.sources:
        regexes = [pattern_to_regex(pattern.translate(_STAND_INS)) for pattern in filters.sources]
        conditions.append(("source ~ ANY(%s) OR file_name ~ ANY(%s)", [regexes, regexes]))
    if filters.tags:
        conditions.append(("tags && %s", [_storable(filters.tags)]))
    if filters.articles:
        conditions.append(("id = ANY(%s)", [_storable(filters.articles)]))
    return conditions


def _storable(values: Sequence[str]) -> list[str]:
    """Return those of the values that a stored article can have."""
    return [value for value in values if value.translate(_STAND_INS) == value]
