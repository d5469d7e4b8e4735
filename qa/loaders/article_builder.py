"""Build articles from the text and the fields that a loader extracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.dates import date_in_head, date_in_path
from qa.loaders.fields import fallback_title, one_line
from qa.types import Article, Heading, Place

__all__ = ["make_article"]


def make_article(  # noqa: PLR0913 - a keyword for each field
    file: File,
    text: str,
    title: str = "",
    *,
    date: dt.date | None = None,
    headings: Iterable[Heading] = (),
    pages: Iterable[int] = (),
    tags: Iterable[str] = (),
    metadata: Mapping[str, str] | None = None,
    places: Iterable[Place] = (),
) -> Article:
    """Return an article made of the whole file.

    Without a title, use the first heading or the file's name. Without a date, use the one at the head of the text,
    or else that of the file's path.

    :raises LoadError: if the text is blank.
    :raises ArticleError: if a string cannot be stored.
    """
    if not text.strip():
        raise LoadError("the file contains no text")
    headings = tuple(headings)
    if not title:
        title = text[headings[0].start : headings[0].end] if headings else fallback_title(file.stem, text)
    date = date or date_in_head(text) or date_in_path(file.source)
    metadata = {key: value for key, value in (metadata or {}).items() if value}
    if illegible := text.count("\ufffd"):
        metadata["illegible_characters"] = str(illegible)
    return Article(
        text,
        one_line(title),
        file.source,
        date,
        headings,
        tuple(pages),
        tuple(tags),
        metadata,
        tuple(places),
    )
