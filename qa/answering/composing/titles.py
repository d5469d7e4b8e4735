"""Titles, read like passages when the text of no article is sure enough to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.english.content_words import content_words
from qa.library.base import Library
from qa.types import Passage, RetrievedPassage

__all__ = ["title_passages"]

ARTICLES = 5
"""Articles whose titles are read: those with the best passages."""
SHORTEST = 3
"""Content words of the shortest title that says something: a headline, and not a name."""


def title_passages(passages: Sequence[RetrievedPassage], library: Library) -> list[RetrievedPassage]:
    """Return the headlines of the articles that passages are from, each with the scores of the first of these.

    :param passages: what was retrieved, best first.
    """
    best: dict[str, RetrievedPassage] = {}
    for passage in passages:
        if len(best) < ARTICLES:
            best.setdefault(passage.passage.article_id, passage)
    articles = library.get_many(best)
    return [
        replace(best[id_], passage=Passage(id_, 0, len(title), in_title=True), id=-best[id_].id, text=title)
        for id_, article in articles.items()
        if len(content_words(title := article.title)) >= SHORTEST
    ]
