"""The title, date and author of a page, as it says in JSON-LD and in meta tags."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.loaders.dates.calendar_dates import make_date
from qa.loaders.fields import one_line, parse_date, parse_tags
from qa.loaders.html_page.nodes import Node

__all__ = ["PageFields", "read_fields"]

_PUBLISHED = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "publication_date",
    "publish-date",
    "publishdate",
    "publish_date",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "date",
)
_METADATA = {
    "author": ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author"),
    "description": ("description", "og:description"),
    "site": ("og:site_name",),
    "keywords": ("keywords",),
}
_ARTICLE = re.compile(
    r"article|posting|report|review|recipe|webpage|creativework|book|howto|product|event", re.IGNORECASE
)
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:/|-|\Z)")
_UTC = re.compile(r":\d\d(?:\.\d+)?(?:Z|[+-]00:?00)\Z")
_MAX_ENTITIES = 1000


@dataclass(frozen=True, slots=True)
class PageFields:
    """What a page says about its article."""

    title: str
    date: dt.date | None
    tags: tuple[str, ...]
    metadata: Mapping[str, str]
    body: str
    """The text of the article, if a script holds it."""


def read_fields(root: Node) -> PageFields:
    """Return what the head of the page, and its JSON-LD, say about the article."""
    nodes = list(root.find_all("meta", "title", "link", "script"))
    meta, tags, page_title = _head(nodes)
    title = meta.get("og:title") or meta.get("twitter:title") or page_title
    entity = _main_entity(nodes, f"{title} {page_title}")
    headline = _string(entity.get("headline")) or _string(entity.get("name"))
    dates = [_string(entity.get("datePublished")), *(meta.get(name, "") for name in _PUBLISHED)]
    address = meta.get("og:url") or _canonical(nodes)
    metadata = {key: next((meta[name] for name in names if name in meta), "") for key, names in _METADATA.items()}
    if author := _names(entity.get("author")):
        metadata["author"] = author
    metadata["language"] = root.get("lang").strip() or _string(entity.get("inLanguage"))
    metadata["url"] = address
    return PageFields(
        one_line(title or headline),
        _date(dates, address),
        tuple(tags),
        metadata,
        _string(entity.get("articleBody")),
    )


def _date(declared: Sequence[str], address: str) -> dt.date | None:
    """Return the date that is declared first, or else that of the address.

    Of a time in UTC, the day is that of the address if it has the day before or after: there it is the local one.
    """
    text, date = next(((text, date) for text in declared if (date := parse_date(text))), ("", None))
    match = _ADDRESS_DATE.search(address)
    of_address = match and make_date(*match.groups())
    if date is None or (of_address and _UTC.search(text) and abs(of_address - date) == dt.timedelta(1)):
        return of_address
    return date


def _head(nodes: Sequence[Node]) -> tuple[dict[str, str], list[str], str]:
    """Return the first value of each meta name, the article's tags, and the title of the page."""
    meta: dict[str, str] = {}
    tags: dict[str, None] = {}
    title = ""
    for node in nodes:
        if node.tag == "title":
            title = title or one_line(node.text())
        if node.tag != "meta":
            continue
        name = (node.get("property") or node.get("name") or node.get("itemprop")).lower()
        content = one_line(node.get("content"))
        if name == "article:tag" and content:
            tags[content] = None
        elif name and content:
            meta.setdefault(name, content)
    return meta, list(tags), title


def _canonical(nodes: Sequence[Node]) -> str:
    return next((node.get("href") for node in nodes if node.get("rel").lower() == "canonical"), "")


def _main_entity(nodes: Sequence[Node], title: str) -> Mapping[str, Any]:
    """Return the JSON-LD entity of the article: the only one, or the one whose headline is in the page's title."""
    found = [entity for entity in _entities(nodes) if _ARTICLE.search(_string(entity.get("@type")))]
    dated = [entity for entity in found if entity.get("datePublished")] or found
    for entity in dated:
        headline = _string(entity.get("headline")) or _string(entity.get("name"))
        if headline and (headline in title or title.strip() in headline):
            return entity
    dates = {_string(entity.get("datePublished"))[:10] for entity in dated}
    return dated[0] if dated and len(dates) == 1 else {}


def _entities(nodes: Sequence[Node]) -> Iterator[Mapping[str, Any]]:
    """Yield the entities at the top of the page's JSON-LD, but not those inside others, such as comments."""
    scripts = [node.data for node in nodes if "@type" in node.data]
    items: list[Any] = []
    for script in scripts:
        try:
            items.append(json.loads(script.strip().removeprefix("<!--").removesuffix("-->").strip(), strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(_MAX_ENTITIES):
        if not items:
            return
        item = items.pop(0)
        if isinstance(item, list):
            items[:0] = item
        elif isinstance(item, dict):
            yield item
            items += [item[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in item]


def _string(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(_string, value[:10]))
    return one_line(value) if isinstance(value, str) else ""


def _names(value: object) -> str:
    """Return the names of one or several people or organisations."""
    values = value if isinstance(value, list) else [value]
    names = [_string(item.get("name")) if isinstance(item, dict) else _string(item) for item in values[:20]]
    return ", ".join(parse_tags(names))
