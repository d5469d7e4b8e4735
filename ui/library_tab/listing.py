"""Search, sort and page the articles of the library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from qa.types import ArticleInfo
from ui.state import PAGE_ROWS, Column, View

__all__ = ["clamp_page", "list_tags", "search_articles"]

KEYS: dict[Column, Callable[[ArticleInfo], Any]] = {
    "title": lambda info: info.title.casefold(),
    "source": lambda info: info.source.casefold(),
    "date": lambda info: info.date or dt.date.min,
    "passages": lambda info: info.passages,
    "characters": lambda info: info.characters,
}


def search_articles(infos: Sequence[ArticleInfo], view: View) -> list[ArticleInfo]:
    """Return the articles that match the view's search, in the view's order.

    Every word of the search must occur in the title, the source or a tag.

    :param infos: the articles, in the order in which they were added.
    """
    words = view.search.casefold().split()
    matching = [info for info in infos if _matches(info, words)]
    if view.sort is None:
        return matching[::-1]
    return sorted(matching, key=KEYS[view.sort], reverse=view.descending)


def clamp_page(page: int, count: int) -> int:
    """Return the page, or the nearest page that exists."""
    return max(0, min(page, (count - 1) // PAGE_ROWS))


def list_tags(infos: Iterable[ArticleInfo]) -> list[str]:
    """Return all tags of the articles, in alphabetical order."""
    return sorted({tag for info in infos for tag in info.tags}, key=str.casefold)


def _matches(info: ArticleInfo, words: Sequence[str]) -> bool:
    if not words:
        return True
    searched = "\n".join((info.title, info.source, *info.tags)).casefold()
    return all(word in searched for word in words)
