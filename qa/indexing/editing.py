"""Change what is known about an article: its title, tags, date and language. Its text stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from qa.errors import ArticleError
from qa.types import Article
from qa.types.validation import as_date, as_tuple, check_language, check_string

__all__ = ["edit_article"]


def edit_article(
    article: Article,
    *,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    date: dt.date | str | None = None,
    language: str | None = None,
) -> Article:
    """Return the article with other values; None leaves a value as it is.

    :param tags: in place of all the old ones; blank and repeated tags are left out.
    :param date: a date or an ISO string; "" removes the date.
    :param language: a code such as "de"; "" if the language is not known.
    :raises ArticleError: if a value is not valid.
    """
    return replace(
        article,
        title=article.title if title is None else _title(title, article),
        tags=article.tags if tags is None else _tags(tags),
        date=article.date if date is None else as_date("date", date or None, ArticleError),
        language=article.language if language is None else check_language(language),
    )


def _title(title: str, article: Article) -> str:
    check_string("the title", title)
    title = " ".join(title.split())
    if not title and article.title:
        raise ArticleError("the title is blank; give the article a name")
    return title


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    tags = as_tuple("tags", tags, str, ArticleError)
    for tag in tags:
        check_string("a tag", tag)
    return tuple(dict.fromkeys(filter(None, map(str.strip, tags))))
