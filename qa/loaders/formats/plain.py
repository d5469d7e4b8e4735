"""Plain text, kept exactly except for a byte order mark, so that anyone can count to a quote in the file."""

from __future__ import annotations

from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.dates import date_field
from qa.loaders.encodings import decode
from qa.loaders.fields import title_from_text
from qa.types import Article, Place

__all__ = ["load"]


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole file.

    :raises LoadError: if the file is not text, or blank.
    """
    text = decode(file.data)
    date, start = date_field(text)
    body = text[start:]
    if not body.strip():
        raise LoadError("the file contains no text")
    yield make_article(file, text, title_from_text(body), date=date, places=[Place(0, "line", 1)])
