"""The form that sets the filters, and the active filters above the question box."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.types import Filters
from ui.markup.rendering import render
from ui.markup.wording import counted
from ui.state import View

__all__ = ["render_active_filters", "render_filter_form"]

MAX_TITLES = 2


@dataclass(frozen=True, slots=True)
class _ActiveFilter:
    """A filter in words, such as ``since`` a ``date`` or ``tagged`` a ``value``."""

    field: str
    relation: str
    value: str
    date: dt.date | None = None


def render_filter_form(view: View, tags: Sequence[str]) -> str:
    """Return the search box of the article list and the form for the filters.

    :param tags: all tags in the library.
    """
    return render("filter_form.html", search=view.search, filters=view.filters, tags=tags)


def render_active_filters(
    filters: Filters, titles: Mapping[str, str], matching: int, total: int, undated: int = 0
) -> str:
    """Return the active filters, each as a button that removes it; empty without filters.

    :param titles: the titles of the articles in the filters, by id.
    :param matching: the number of articles, out of ``total``, that match the filters.
    :param undated: the number of articles that are left out because they have no date.
    """
    if not filters:
        return ""
    active = list(_active(filters, titles))
    return render("active_filters.html", active=active, matching=matching, total=total, undated=undated)


def _active(filters: Filters, titles: Mapping[str, str]) -> Iterator[_ActiveFilter]:
    for field, relation, date in (("after", "since", filters.after), ("before", "until", filters.before)):
        if date:
            yield _ActiveFilter(field, relation, date.isoformat(), date)
    if filters.keep_undated and (filters.after or filters.before):
        yield _ActiveFilter("keep_undated", "or", "without a date")
    for field, relation, values in (
        ("sources", "from", filters.sources),
        ("tags", "tagged", filters.tags),
        ("articles", "in", _titles(filters, titles)),
    ):
        if values:
            yield _ActiveFilter(field, relation, ", ".join(values))


def _titles(filters: Filters, titles: Mapping[str, str]) -> list[str]:
    """Return the titles of the articles in the filters, or of many only how many."""
    if len(filters.articles) > MAX_TITLES:
        return [counted(len(filters.articles), "article")]
    return [titles.get(id_) or "a removed article" for id_ in filters.articles]
