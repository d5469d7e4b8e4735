"""Plain text, kept exactly except for a byte order mark and a leading date line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import decode
from qa.loaders.fields import parse_date, title_from_text
from qa.types import Article

__all__ = ["load"]

_DATE_HEAD = re.compile(r"\s*date(?:\s*:)?\s*(\d{4}-\d\d-\d\d)(?:\s+|\Z)", re.IGNORECASE)


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole file.

    :raises LoadError: if the file is not text, or blank.
    """
    text = decode(file.data)
    head = _DATE_HEAD.match(text)
    if head and (date := parse_date(head[1])):
        text = text[head.end() :]
    else:
        date = None
    yield make_article(file, text, title_from_text(text), date=date)
