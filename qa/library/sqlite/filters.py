"""Filters to SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from qa.types import Filters

__all__ = ["allowed_passages", "article_condition", "storable"]


def article_condition(filters: Filters | None) -> tuple[str, list[str]]:
    """Return an SQL condition on ``articles`` (empty: no restriction) and its parameters."""
    if not filters:
        return "", []
    conditions: list[tuple[str, list[str]]] = []
    if filters.after:
        conditions.append(("date >= ?", [filters.after.isoformat()[:10]]))
    if filters.before:
        conditions.append(("date <= ?", [filters.before.isoformat()[:10]]))
    if filters.sources:
        globs = [storable(glob) for glob in filters.sources]
        one = "source GLOB ? OR file_name GLOB ?"
        conditions.append((" OR ".join([one] * len(globs)), [glob for glob in globs for _ in range(2)]))
    if filters.tags:
        tagged = "EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN (SELECT value FROM json_each(?)))"
        conditions.append((tagged, [_json(filters.tags)]))
    if filters.articles:
        conditions.append(("id IN (SELECT value FROM json_each(?))", [_json(filters.articles)]))
    condition = " AND ".join(f"({one})" for one, _ in conditions)
    return condition, [parameter for _, parameters in conditions for parameter in parameters]


def allowed_passages(filters: Filters | None) -> tuple[str, list[str]]:
    """Return a SELECT of the passage ids that the filters allow (empty: all of them) and its parameters."""
    condition, parameters = article_condition(filters)
    if not condition:
        return "", []
    articles = f"SELECT position FROM articles WHERE {condition}"  # noqa: S608 - the condition is made above
    return f"SELECT id FROM passages WHERE article IN ({articles})", parameters  # noqa: S608


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values))


def storable(text: str) -> str:
    """Return the text with its half characters replaced, which no stored text holds and SQLite refuses."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
