"""Measure the elements of a page: how much text they hold, how much of it is links, and what their names say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from qa.loaders.html_page.nodes import Node, is_hidden
from qa.loaders.html_page.vocabulary import Level, named_level, names_body

__all__ = ["HEADINGS", "MIN_PROSE", "PageMeasures", "is_landmark"]

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
MIN_PROSE = 50
"""The fewest characters of a block, without its links, that count as running text."""

_NEVER = frozenset("dialog menu select input title head".split())
_LANDMARKS = frozenset(("main", "article"))
_NOTES = re.compile(
    r"\b(?:note|tip|warning|admonition|callout|infobox|important|caution|hint|footnotes?|example)\b"
)
_LONG_CONTROL = 150
_MOST = 0.6
_BODY_SHARE = 0.3
_FEW_COMMENTS = 0.06


class PageMeasures:
    """The visible elements of a page in document order, with their measures filled in.

    :param revealed: the ids of hidden elements that a button shows, so that they count as visible.
    :param show_hidden: whether all hidden elements count as visible.
    """

    def __init__(self, root: Node, revealed: Set[str] = frozenset(), show_hidden: bool = False) -> None:
        self.root = root
        self.nodes: list[Node] = []
        self.hidden: set[Node] = set()
        self._collect(revealed, show_hidden)
        self._sum()
        self._settle_levels()
        self.prose = root.prose
        """The running text outside of furniture."""

    def below(self, node: Node) -> list[Node]:
        """Return the visible elements below one, in document order."""
        return self.nodes[node.order + 1 : node.last + 1]

    def has_blocks(self, node: Node) -> bool:
        """Return whether there are blocks below the element, so that its text is more than one line."""
        return any(below.is_block for below in self.below(node))

    def _collect(self, revealed: Set[str], show_hidden: bool) -> None:
        """List the visible elements, and count the text that stands directly in each."""
        stack: list[tuple[Node, Node, bool]] = [(self.root, self.root, False)]
        while stack:
            node, block, is_linked = stack.pop()
            if node.tag in _NEVER or (not show_hidden and is_hidden(node) and node.get("id") not in revealed):
                self.hidden.add(node)
                continue
            node.order = node.last = len(self.nodes)
            self.nodes.append(node)
            node.size = node.linked = node.links = node.own = node.own_linked = node.prose = 0
            node.level = _level(node)
            if node.is_block:
                block = node
            if node.tag == "a" and "href" in node.attributes:
                is_linked = True
                node.links = 1
            size = 0
            for child in reversed(node.children):
                if isinstance(child, str):
                    size += len(child.strip())
                else:
                    stack.append((child, block, is_linked))
            if size:
                node.size = size
                block.own += size
                if is_linked:
                    node.linked = size
                    block.own_linked += size

    def _sum(self) -> None:
        for node in reversed(self.nodes):
            text = node.own - node.own_linked
            if text >= MIN_PROSE and node.own_linked < text:
                node.prose += text
            if (parent := node.parent) is not None:
                parent.size += node.size
                parent.linked += node.linked
                parent.links += node.links
                parent.prose += node.prose
                parent.last = max(parent.last, node.last)

    def _settle_levels(self) -> None:
        """Acquit what holds the page's text, whatever its name; then leave the prose of furniture out."""
        raw = self.root.prose
        comments = self._prose_of(Level.COMMENTS)
        least = _BODY_SHARE * (raw - comments)
        for node in self.nodes:
            if node.tag == "h1" and node.size:
                _acquit(node, Level.COMMENTS)
            elif node.prose > least and _is_body(node):
                _acquit(node, Level.FURNITURE)
        comments = self._prose_of(Level.COMMENTS)
        rest = raw - comments
        if comments and rest < max(60, min(600, _FEW_COMMENTS * comments)):  # a forum, not an article
            self._acquit_all(Level.COMMENTS, 0)
            comments = 0
        for node in self.nodes:
            if node.level == Level.CONTROL and node.prose > _LONG_CONTROL and node.linked < 0.3 * node.size:
                node.level = Level.DOUBTFUL
        if raw - self._prose_of(Level.CONTROL) < 2 * MIN_PROSE:
            self._acquit_all(Level.CONTROL, _MOST * (raw - comments))
            self._acquit_all(Level.FURNITURE, _MOST * (raw - comments))
        for node in list(self._outermost(Level.CONTROL)):
            _subtract_prose(node)

    def _acquit_all(self, level: Level, least: float) -> None:
        for node in self.nodes:
            if node.level == level and node.prose > least:
                node.level = Level.CONTENT

    def _prose_of(self, level: Level) -> int:
        return sum(node.prose for node in self._outermost(level))

    def _outermost(self, level: Level) -> Iterator[Node]:
        last = -1
        for node in self.nodes:
            if node.order > last and node.level >= level:
                last = node.last
                yield node


def is_landmark(node: Node) -> bool:
    """Return whether the page says that its main text is in the element."""
    return node.tag in _LANDMARKS or node.get("role") in _LANDMARKS or "articleBody" in node.get("itemprop")


def _level(node: Node) -> Level:
    if node.tag in ("html", "body", "main"):
        return Level.CONTENT
    if node.tag in ("nav", "footer", "aside"):
        return Level.DOUBTFUL if _NOTES.search(node.get("class")) else Level.FURNITURE
    attributes = node.attributes
    if "class" not in attributes and "id" not in attributes and "role" not in attributes:
        return Level.CONTENT
    return named_level(f"{node.get('class')} {node.get('id')} {node.get('role')}")


def _is_body(node: Node) -> bool:
    names = f"{node.get('class')} {node.get('id')}" if node.attributes else ""
    return is_landmark(node) or (len(names) > 1 and names_body(names))


def _acquit(node: Node, most: Level) -> None:
    """Take the level of the element and of those around it back, up to a level."""
    above: Node | None = node
    while above is not None:
        if above.level <= most and above.prose and above.tag not in ("aside", "footer", "nav"):
            above.level = Level.CONTENT
        above = above.parent


def _subtract_prose(node: Node) -> None:
    above = node.parent
    while above is not None:
        above.prose -= node.prose
        above = above.parent
