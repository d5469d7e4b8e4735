"""Which articles are asked: the form that says so, and the chips above the question box that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qa.export.escaping import html_attribute as attribute
from qa.export.escaping import html_text as text
from qa.types import Filters
from ui.markup.wording import counted, day, folded
from ui.state import View

__all__ = ["render_active_filters", "render_filter_form"]


def render_filter_form(view: View, tags: Sequence[str]) -> str:
    """Return the search box of the list and the form of the filters.

    :param tags: those that articles of the library have.
    """
    filters = view.filters
    options = "".join(
        f'<option value="{attribute(tag)}"{" selected" * (tag in filters.tags)}>{text(tag)}</option>'
        for tag in tags
    )
    form = (
        '<form class="qw-filters" data-action="filter">'
        f"{_date('after', 'From', filters)}{_date('before', 'To', filters)}"
        '<label>Source<input name="source" type="text" placeholder="news/*.txt" autocomplete="off" '
        f'value="{attribute(next(iter(filters.sources), ""))}"></label>'
        f'<label>Tag<select name="tag"><option value="">any</option>{options}</select></label>'
        '<button class="qw-strong">Filter</button></form>'
    )
    return (
        '<input class="qw-search" type="search" placeholder="Find by title, source or tag" '
        f'aria-label="Find articles" value="{attribute(view.search)}">{folded("Ask some articles only", form)}'
    )


def render_active_filters(filters: Filters, titles: Mapping[str, str], found: int, total: int) -> str:
    """Return what restricts the articles that are asked, each with a button that takes it away.

    :param titles: those of the articles that the filters name, by id.
    :param found: how many of the ``total`` articles the filters leave.
    """
    if not filters:
        return ""
    items = "".join(
        f'<li><button type="button" class="qw-chip" data-action="unfilter" data-field="{field}" '
        f'aria-label="Take away the filter: {attribute(label)}">{shown}'
        '<span aria-hidden="true">×</span></button></li>'
        for field, label, shown in _active(filters, titles)
    )
    return (
        f'<div class="qw-chips" role="group" aria-label="Filters"><span role="status">Asking {found:,} of '
        f"{counted(total, 'article')}</span><ul>{items}</ul></div>"
    )


def _date(name: str, label: str, filters: Filters) -> str:
    value = getattr(filters, name)
    return f'<label>{label}<input name="{name}" type="date" value="{value.isoformat() if value else ""}"></label>'


def _active(filters: Filters, titles: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the field, the words and the HTML of each filter that is set."""
    for name, words in (("after", "since"), ("before", "until")):
        if date := getattr(filters, name):
            yield name, f"{words} {date.isoformat()}", f"{words} {day(date, short=True)}"
    for name, words, values in (
        ("sources", "from", filters.sources),
        ("tags", "tagged", filters.tags),
        ("articles", "in", [titles.get(id_) or "an article that is gone" for id_ in filters.articles]),
    ):
        if values:
            listed = ", ".join(values)
            yield name, f"{words} {listed}", f"{words} <bdi>{text(listed)}</bdi>"
