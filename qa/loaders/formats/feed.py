"""RSS and Atom: an article for each entry of a feed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.fields import one_line, parse_date, title_from_text
from qa.loaders.rendering.markup import parse_html, render
from qa.loaders.rendering.plain_text import PARAGRAPH, TextBuilder
from qa.types import Article, Heading

__all__ = ["load"]

_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|channel)[\s>]", re.IGNORECASE)
_HEAD = 8192


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each entry; entries without an id or a link are numbered from 1.

    Other XML is skipped.

    :raises LoadError: if no entry has a title or a text.
    """
    import feedparser

    head = file.data[:_HEAD].replace(b"\0", b"")  # of UTF-16
    # From a string, it would open a file or an address of that name.
    feed = feedparser.parse(io.BytesIO(file.data)) if _FEED.search(head) else None
    if feed is None or not feed.version:
        reason = "the file is neither RSS nor Atom: other XML is not read; save it as text or HTML"
        yield LoadFailure(file.source, reason, is_skipped=True, kind="unknown formats")
        return
    seen: set[str] = set()
    for number, entry in enumerate(feed.entries, 1):
        article = _article(file, entry, number, feed.feed)
        if article is not None and article.source not in seen:
            seen.add(article.source)
            yield article
    if not seen:
        raise LoadError("the feed has no entry with a title or a text: save the pages that it links to")


def _article(file: File, entry: Any, number: int, feed: Any) -> Article | None:
    """Return the article of an entry; without a text, its title is its text."""
    title, _ = _rendered(entry.get("title_detail"))
    bodies = [_rendered(part) for part in (*entry.get("content", ()), entry.get("summary_detail"))]
    text, headings = max(bodies, key=lambda body: len(body[0]))
    title, link = one_line(title), one_line(entry.get("link", ""))
    text = text or title
    if not text:
        return None
    name = one_line(entry.get("id", "")) or link or str(number)
    dates = (parse_date(entry.get(field)) for field in ("published", "updated", "created"))
    metadata = {"author": one_line(entry.get("author", "")), "url": link, "feed": one_line(feed.get("title", ""))}
    return Article(
        text,
        title or title_from_text(text),
        f"{file.source}#{name}",
        next(filter(None, dates), None),
        headings,
        tags=tuple(dict.fromkeys(term for tag in entry.get("tags", ()) if (term := one_line(tag.term or "")))),
        metadata={key: value for key, value in metadata.items() if value},
    )


def _rendered(part: Any) -> tuple[str, tuple[Heading, ...]]:
    """Return the text of a part of an entry, which may be a page, and its headings."""
    value = part.get("value", "") if part else ""
    builder = TextBuilder()
    if part and part.get("type") == "text/plain":
        builder.add(value)
    elif value.strip():
        render(parse_html(value), builder)
    builder.end(PARAGRAPH)
    return builder.text, tuple(builder.headings)
