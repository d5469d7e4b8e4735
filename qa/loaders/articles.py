"""Build articles from the text and the fields that a loader extracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.fields import fallback_title, one_line
from qa.types import Article, Heading

__all__ = ["check_strings", "make_article"]


def make_article(
    file: File,
    text: str,
    title: str = "",
    *,
    date: dt.date | None = None,
    headings: Iterable[Heading] = (),
    pages: Iterable[int] = (),
    tags: Iterable[str] = (),
    metadata: Mapping[str, str] | None = None,
) -> Article:
    """Return an article made of the whole file. Without a title, use the first heading or the file's name.

    :raises LoadError: if the text is blank or a string cannot be stored.
    """
    if not text.strip():
        raise LoadError("the file contains no text")
    headings = tuple(headings)
    if not title:
        title = text[headings[0].start : headings[0].end] if headings else fallback_title(file.stem, text)
    metadata = {key: value for key, value in (metadata or {}).items() if value}
    article = Article(text, one_line(title), file.source, date, headings, tuple(pages), tuple(tags), metadata)
    return check_strings(article)


def check_strings(article: Article) -> Article:
    """Return the article unchanged if all its strings can be stored.

    :raises LoadError: if a string contains a lone surrogate or NUL, both of which JSON and TOML can escape.
    """
    strings = (
        article.text,
        article.title,
        article.source,
        *article.tags,
        *article.metadata,
        *article.metadata.values(),
    )
    for string in strings:
        try:
            string.encode()
        except UnicodeEncodeError:
            raise LoadError(
                "the article contains a lone surrogate, which is not valid Unicode: remove it"
            ) from None
        if "\0" in string:
            raise LoadError("the article contains NUL characters: remove them")
    return article
