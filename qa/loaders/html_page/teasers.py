"""Find lists of teasers: other articles, each with a linked title, a picture and a few lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qa.loaders.html_page.nodes import Node

__all__ = ["find_teaser_lists", "title_above"]

_LISTS = frozenset("div section aside ul ol nav main table tbody tr".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_MEDIA = frozenset("img picture amp-img time article".split())
_HOST = re.compile(r"(?:https?:)?//(?:www\.)?([^/?#]+)", re.IGNORECASE)
MIN_TEASERS = 3
MAX_SIZE = 700
"""More characters are an article of its own."""
_MIN_TITLE = 15
_MAX_TITLE = 80
_SHARE = 0.8


def find_teaser_lists(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield the outermost elements that are lists of teasers.

    :param nodes: the visible elements of the page in document order, with their measures.
    """
    host = _main_host(nodes)
    last = -1
    for node in nodes:
        if node.order > last and _is_teaser_list(node, nodes, host):
            last = node.last
            yield node


def title_above(node: Node, nodes: Sequence[Node]) -> Node | None:
    """Return the element before a list that is its title, or None if there is none."""
    while (parent := node.parent) is not None:
        before = [child for child in parent.children if isinstance(child, Node) and _is_shown(child, nodes)]
        index = before.index(node)
        if index:
            title = before[index - 1]
            inside = nodes[title.order : title.last + 1]
            has_heading = any(child.tag in _HEADINGS and child.tag != "h1" for child in inside)
            return title if has_heading and title.size <= _MAX_TITLE else None
        node = parent
    return None


def _main_host(nodes: Sequence[Node]) -> str:
    """Return the host that most links lead to: that of the page; empty for addresses without a host."""
    hosts = Counter(_host(node) for node in nodes if node.tag == "a" and node.get("href"))
    return max(hosts, key=lambda host: hosts[host], default="")


def _host(link: Node) -> str:
    match = _HOST.match(link.get("href"))
    return match[1].lower() if match else ""


def _is_teaser_list(node: Node, nodes: Sequence[Node], host: str) -> bool:
    if node.tag not in _LISTS or node.links < MIN_TEASERS or node.size > 100 * MAX_SIZE:
        return False
    cards = [child for child in node.children if isinstance(child, Node) and _is_shown(child, nodes)]
    if len(cards) < MIN_TEASERS:
        return False
    teasers = sum(_is_teaser(card, nodes, host) for card in cards)
    return teasers >= max(MIN_TEASERS, _SHARE * len(cards))


def _is_shown(node: Node, nodes: Sequence[Node]) -> bool:
    order = getattr(node, "order", -1)
    return 0 <= order < len(nodes) and nodes[order] is node and node.size > 0


def _is_teaser(card: Node, nodes: Sequence[Node], host: str) -> bool:
    if not card.links or not _MIN_TITLE <= card.size <= MAX_SIZE:
        return False
    inside = nodes[card.order : card.last + 1]
    titles = [node for node in inside if node.tag in _HEADINGS and node.size]
    if not 1 <= len(titles) <= 2 or not any(node.tag in _MEDIA for node in inside):
        return False
    title = max(titles, key=lambda node: node.size)
    links = [node for node in inside if node.tag == "a" and "href" in node.attributes]
    is_linked = title.linked >= _SHARE * title.size >= _SHARE * _MIN_TITLE
    return is_linked and all(_host(link) in ("", host) for link in links[:3])
