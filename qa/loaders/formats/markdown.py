"""Markdown with optional front matter."""

from __future__ import annotations

from collections.abc import Iterator

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import decode
from qa.loaders.fields import DATE_FIELDS, parse_date, parse_tags
from qa.loaders.rendering.markdown_pages import markdown_to_html
from qa.loaders.rendering.markup import parse_html, render
from qa.loaders.rendering.plain_text import TextBuilder
from qa.loaders.structured.front_matter import split_front_matter
from qa.types import Article

__all__ = ["load"]


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole file.

    :raises LoadError: if the file is not text, or contains none.
    """
    fields, body = split_front_matter(decode(file.data).replace("\r\n", "\n"))
    builder = TextBuilder()
    if body.strip():
        render(parse_html(markdown_to_html(body)), builder)
    dates = [date for name in DATE_FIELDS if (date := parse_date(fields.get(name)))]
    fields.pop("date", None)
    yield make_article(
        file,
        builder.text,
        _string(fields.pop("title", "")),
        date=next(iter(dates), None),
        headings=builder.headings,
        tags=parse_tags(fields.pop("tags", None)),
        metadata={key: _string(value) for key, value in fields.items()},
    )


def _string(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
