"""HTML pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import declared_encoding, decode
from qa.loaders.fields import one_line, parse_date
from qa.loaders.rendering.markup import parse_html, parse_xhtml, render
from qa.loaders.rendering.plain_text import TextBuilder
from qa.types import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["load"]

_DATES = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dcterms.created",
    "dc.date.issued",
    "pubdate",
)
_METADATA = {
    "author": ("author", "article:author", "dc.creator"),
    "description": ("description", "og:description"),
    "site": ("og:site_name",),
    "keywords": ("keywords",),
}


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole page.

    :raises LoadError: if the file is not text, or the page shows none.
    """
    is_xml = file.suffix == ".xhtml" or file.data[:64].lstrip().startswith(b"<?xml")
    root = parse_xhtml(file.data) if is_xml else parse_html(decode(file.data, declared_encoding(file.data)))
    builder = TextBuilder()
    render(root, builder)
    text = builder.text
    meta, tags = _meta(root)
    first = next((text[heading.start : heading.end] for heading in builder.headings), "")
    yield make_article(
        file,
        text,
        _title(root, meta, first),
        date=_date(root, meta),
        headings=builder.headings,
        tags=tags,
        metadata=_metadata(root, meta),
    )


def _meta(root: _Element) -> tuple[dict[str, str], list[str]]:
    """Return the first value of each meta name, and the article's tags."""
    meta: dict[str, str] = {}
    tags: dict[str, None] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = one_line(element.get("content") or "")
        if name == "article:tag" and content:
            tags[content] = None
        elif name and content:
            meta.setdefault(name, content)
    return meta, list(tags)


def _title(root: _Element, meta: Mapping[str, str], heading: str) -> str:
    element = next(root.iter("title"), None)
    title = one_line("".join(map(str, element.itertext()))) if element is not None else ""
    # The title element often includes the name of the site.
    return meta.get("og:title") or (heading if heading and heading in title else title)


def _date(root: _Element, meta: Mapping[str, str]) -> dt.date | None:
    values = [meta[name] for name in _DATES if name in meta]
    values += [value for element in root.iter("time") if (value := element.get("datetime"))]
    return next((date for date in map(parse_date, values) if date), None)


def _metadata(root: _Element, meta: Mapping[str, str]) -> dict[str, str]:
    fields = {key: next((meta[name] for name in names if name in meta), "") for key, names in _METADATA.items()}
    return {**fields, "language": (root.get("lang") or "").strip()}
