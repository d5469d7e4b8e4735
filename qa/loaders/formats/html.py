"""HTML pages: the article, without what surrounds it. What that means is in docs/formats.md."""

from __future__ import annotations

from collections.abc import Iterator, Set

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.dates.calendar_dates import order_in_language
from qa.loaders.encodings import declared_encoding, decode
from qa.loaders.html_page.choice import choose_article
from qa.loaders.html_page.dateline import shown_date
from qa.loaders.html_page.nodes import Node, build_element, from_element, parse_html5
from qa.loaders.html_page.page_fields import read_fields
from qa.loaders.rendering.markup import parse_well_formed, render
from qa.loaders.rendering.plain_text import TextBuilder
from qa.types import Article

__all__ = ["load", "load_page"]


def load(file: File) -> Iterator[Article]:
    """Yield one article, that of the page.

    :raises LoadError: if the file is not text, or the page shows none.
    """
    yield load_page(file, decode(file.data, declared_encoding(file.data)))


def load_page(file: File, markup: str) -> Article:
    """Return the article of a page.

    :raises LoadError: if the page shows no text.
    """
    root = _parse(file, markup)
    fields = read_fields(root)
    choice = choose_article(root, fields.title)
    builder = _render(root, choice.omitted, choice.blocks)
    if not builder.text:
        builder = _render(root)
    text, headings = builder.text, builder.headings
    if 2 * len(text) < len(fields.body):  # a script would show it, or a paywall hides it
        text, headings = fields.body, []
    first = next((text[heading.start : heading.end] for heading in headings), "")
    order = order_in_language(fields.metadata["language"])
    # The title element often includes the name of the site.
    title = first if first and first in fields.title else fields.title
    return make_article(
        file,
        text,
        title,
        date=fields.date or shown_date(choice.nodes, choice.article, order),
        headings=headings,
        tags=fields.tags,
        metadata=fields.metadata,
    )


def _render(root: Node, omitted: Set[Node] = frozenset(), blocks: Set[Node] = frozenset()) -> TextBuilder:
    builder = TextBuilder()
    render(build_element(root, omitted, blocks), builder)
    return builder


def _parse(file: File, markup: str) -> Node:
    if file.suffix == ".xhtml" or markup[:64].lstrip().startswith("<?xml"):
        element = parse_well_formed(markup)
        if element is not None:
            return from_element(element)
    return parse_html5(markup)
