"""Which articles a visitor sees, and in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from qa.types import ArticleInfo
from ui.state import PAGE_ROWS, Column, View

__all__ = ["clamp_page", "found", "list_tags"]

KEYS: dict[Column, Callable[[ArticleInfo], Any]] = {
    "title": lambda info: info.title.casefold(),
    "source": lambda info: info.source.casefold(),
    "date": lambda info: info.date or dt.date.min,
    "passages": lambda info: info.passages,
    "characters": lambda info: info.characters,
}


def found(infos: Sequence[ArticleInfo], view: View) -> list[ArticleInfo]:
    """Return those of the articles, given in the order of their adding, that the search finds, in its order.

    Every word of the search must stand in the title, the source or a tag.
    """
    words = view.search.casefold().split()
    matching = [info for info in infos if _matches(info, words)]
    if view.sort is None:
        return matching[::-1]
    return sorted(matching, key=KEYS[view.sort], reverse=view.descending)


def clamp_page(page: int, count: int) -> int:
    """Return the page, or the nearest that there is."""
    return max(0, min(page, (count - 1) // PAGE_ROWS))


def list_tags(infos: Iterable[ArticleInfo]) -> list[str]:
    """Return all tags of the articles, in alphabetical order."""
    return sorted({tag for info in infos for tag in info.tags}, key=str.casefold)


def _matches(info: ArticleInfo, words: Sequence[str]) -> bool:
    if not words:
        return True
    searched = "\n".join((info.title, info.source, *info.tags)).casefold()
    return all(word in searched for word in words)
