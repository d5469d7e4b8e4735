"""Articles without a date, which a filter by date leaves out."""

from __future__ import annotations

from dataclasses import replace

from qa.library.base import Library
from qa.types import Filters

__all__ = ["count_undated"]


def count_undated(library: Library, filters: Filters | None) -> int:
    """Return how many articles the dates of the filters leave out only because they have no date."""
    if filters is None or filters.keep_undated or not (filters.after or filters.before):
        return 0
    return library.count(replace(filters, keep_undated=True)) - library.count(filters)
