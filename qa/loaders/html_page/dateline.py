"""Find the date that a page shows beside its article: near the title, or below the text.

Dates of comments and of other articles do not count, nor those that the text speaks of.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from qa.loaders.dates import is_of_something_else, is_update, is_whole_dateline
from qa.loaders.dates.calendar_dates import Order, find_dates
from qa.loaders.fields import one_line, parse_date
from qa.loaders.html_page.nodes import Node
from qa.loaders.html_page.vocabulary import Level

__all__ = ["ArticleRange", "shown_date"]

BEFORE_TITLE = 14
"""How many elements before the title may hold the date: a line above it, or a few fields."""
AFTER_TEXT = 25
MAX_LINE = 100
MAX_NAMED_ABOVE = 3

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMED = frozenset(
    "date dates datum fecha published publish publishdate publishing publication pub pubdate posted postdate "
    "postmetadata submitted dateline timestamp time datetime created creation byline meta metadata authored "
    "signature issued release".split()
)
_UPDATED = frozenset("updated update modified modification changed lastmod change".split())
_OTHER = frozenset(
    "comment comments teaser teasers related recent event events widget listing sidebar caption birthday expires "
    "deadline popular latest quote tweet joined registered profile".split()
)
_QUOTING = frozenset(("blockquote", "figure", "figcaption", "table", "nav", "pre", "form"))


class ArticleRange(NamedTuple):
    """Where an article stands among the elements of its page, given by their places in document order."""

    title: int
    """Its heading, or its first element."""
    text: int
    """The first paragraph."""
    end: int
    """The last element."""


class _Zone(IntEnum):
    """Where a date stands, the likeliest place first."""

    BELOW_TITLE = 0
    ABOVE_TITLE = 1
    IN_TEXT = 2
    BELOW_TEXT = 3


class _Found(NamedTuple):
    is_update: bool
    zone: _Zone
    is_unnamed: bool
    place: int
    date: dt.date


def shown_date(nodes: Sequence[Node], article: ArticleRange, order: Order | None) -> dt.date | None:
    """Return the date that the page shows for its article, or None.

    :param nodes: the visible elements, in document order.
    :param order: how 03/04/2023 is read.
    """
    first, last = max(article.title - BEFORE_TITLE, 0), article.end + AFTER_TEXT
    found: list[_Found] = []
    position = first
    while position < min(last + 1, len(nodes)):
        node = nodes[position]
        zone = _zone(position, article)
        if node.level == Level.COMMENTS or node.tag in _QUOTING or (zone and _is_other(node, zone)):
            position = max(node.last, position) + 1
            continue
        found += _dates(node, zone, order)
        position += 1
    return min(found)[-1] if found else None


def _zone(place: int, article: ArticleRange) -> _Zone:
    if place < article.title:
        return _Zone.ABOVE_TITLE
    if place < article.text:
        return _Zone.BELOW_TITLE
    return _Zone.IN_TEXT if place <= article.end else _Zone.BELOW_TEXT


def _is_other(node: Node, zone: _Zone) -> bool:
    """Return whether the element belongs to something else than the article, such as a list of other articles."""
    return node.level >= Level.CONTROL and (zone is _Zone.IN_TEXT or node.links > 1)


def _dates(node: Node, zone: _Zone, order: Order | None) -> Iterator[_Found]:
    """Yield the date of an element whose line is a date, or whose name says that it is one."""
    names = _names(node)
    is_time = node.tag == "time" or "datePublished" in node.get("itemprop") or bool(names & {"date", "published"})
    marked = (node.get("datetime") or node.get("content")) if is_time else ""
    line = one_line(" ".join(child for child in node.children if isinstance(child, str)))[: 2 * MAX_LINE]
    if not marked and not any(map(str.isdecimal, line)):
        return
    if not is_time and len(line) > MAX_LINE:
        return
    around = _around(node, line)
    above = set[str]().union(*map(_names, _ancestors(node)))
    if names & _OTHER or is_of_something_else(around):
        return
    dates = {date.date for date in find_dates(line, order) if date.date}
    date = parse_date(marked, order) or (dates.pop() if len(dates) == 1 else None)
    if date is None:
        return
    is_named = is_time or bool((names | above) & _NAMED)
    if zone is _Zone.IN_TEXT or zone is _Zone.BELOW_TEXT:
        is_date = is_time or (is_named and not above & _OTHER) or is_whole_dateline(line)
    else:
        is_short = len(line) <= MAX_LINE // 2 and node.tag not in ("a", "li")
        is_date = is_named or is_short or is_whole_dateline(line)
    if is_date and not (zone and above & _OTHER):
        updated = bool((names | above) & _UPDATED) and not names & {"published", "created"}
        yield _Found(updated or is_update(around), zone, not is_named, node.order, date)


def _around(node: Node, line: str) -> str:
    """Return the line that the element is part of, if it is short: "Updated: <time>...</time>"."""
    parent = node.parent
    return one_line(parent.text()) if parent is not None and parent.size <= MAX_LINE else line


def _ancestors(node: Node) -> Iterator[Node]:
    above = node.parent
    for _ in range(MAX_NAMED_ABOVE):
        if above is None or above.size > 2 * MAX_LINE:
            return
        yield above
        above = above.parent


def _names(node: Node) -> set[str]:
    if not node.attributes:
        return set()
    names = f"{node.get('class')} {node.get('id')} {node.get('itemprop')} {node.get('data-testid')}"
    return {word.lower() for word in _WORD.findall(names)}
