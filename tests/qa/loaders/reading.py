"""Load bytes as a file of a name, in this process."""

from __future__ import annotations

from qa.loaders import LoadFailure
from qa.loaders.base import File
from qa.loaders.in_process import load_here
from qa.types import Article


def read(data: bytes, name: str) -> Article:
    """Return the only article of a file."""
    (article,) = load_here(File(data, name, 1 << 20))
    assert isinstance(article, Article)
    return article


def read_all(data: bytes, name: str) -> tuple[list[Article], list[LoadFailure]]:
    """Return the articles and the failures of a file."""
    items = list(load_here(File(data, name, 1 << 20)))
    articles = [item for item in items if isinstance(item, Article)]
    return articles, [item for item in items if isinstance(item, LoadFailure)]


def headings(article: Article) -> list[tuple[str, int]]:
    """Return the headings of an article and their levels."""
    return [(article.text[heading.start : heading.end], heading.level) for heading in article.headings]


def place_of(article: Article, words: str) -> str:
    """Return the place at which words stand."""
    return article.place_at(article.text.index(words))
