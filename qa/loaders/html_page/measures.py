"""Measure the elements of a page: how much text they hold, how much of it is links, and what their names say."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence, Set

from qa.loaders.html_page.disclosures import Disclosure
from qa.loaders.html_page.nodes import Node, is_hidden
from qa.loaders.html_page.teasers import find_teaser_lists, title_above
from qa.loaders.html_page.vocabulary import Level, named_level, names_body, names_gallery

__all__ = ["HEADINGS", "MIN_PROSE", "PageMeasures", "is_landmark"]

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
MIN_PROSE = 50
"""The fewest characters of a block, without its links, that count as running text."""

_NEVER = frozenset("dialog menu select input title head".split())
_LANDMARKS = frozenset(("main", "article"))
_DIALOGS = frozenset(("dialog", "alertdialog"))
_NOTES = re.compile(
    r"\b(?:note|tip|warning|admonition|callout|infobox|important|caution|hint|footnotes?|example)\b"
)
_LONG_CONTROL = 150
_MOST_LINKED = 0.5
_MOST = 0.6
_BODY_SHARE = 0.3
_FEW_COMMENTS = 0.06
_MIN_ARTICLE = 150
_LEAST_ARTICLE = 0.2
_FEW_WORDS = 4
"""How many times as much text as all other elements must one hold that is furniture by its name, if it is none."""


class PageMeasures:
    """The visible elements of a page in document order, with their measures filled in.

    :param disclosures: what the page opens at a click: hidden or not, it counts as visible.
    :param shown: other hidden elements that count as visible.
    :param show_hidden: whether all hidden elements count as visible.
    """

    def __init__(
        self,
        root: Node,
        disclosures: Sequence[Disclosure] = (),
        shown: Set[Node] = frozenset(),
        show_hidden: bool = False,
    ) -> None:
        self.root = root
        self.nodes: list[Node] = []
        self.hidden: set[Node] = set()
        self.controls = {disclosure.control for disclosure in disclosures}
        revealed = {node for disclosure in disclosures for node in disclosure.opened()}
        self._collect(revealed | shown, show_hidden)
        self._sum(_nodes_of_panels(disclosures))
        self._acquit_disclosures(disclosures)
        self._settle_levels()
        self._panels = self._places_of_panels(disclosures)
        self.prose = root.prose
        """The running text outside of furniture."""
        self.plain = self._count_plain()
        """The text outside of furniture and links, however short its blocks are."""

    def below(self, node: Node) -> list[Node]:
        """Return the visible elements below one, in document order."""
        return self.nodes[node.order + 1 : node.last + 1]

    def has_blocks(self, node: Node) -> bool:
        """Return whether there are blocks below the element, so that its text is more than one line."""
        return any(below.is_block for below in self.below(node))

    def count_panels(self, node: Node) -> int:
        """Return how many panels of disclosures, outside of furniture, the element holds or is."""
        return bisect(self._panels, node.last) - bisect(self._panels, node.order - 1)

    def _collect(self, shown: Set[Node], show_hidden: bool) -> None:
        """List the visible elements, and count the text that stands directly in each."""
        stack: list[tuple[Node, Node, bool]] = [(self.root, self.root, False)]
        while stack:
            node, block, is_linked = stack.pop()
            if node.tag in _NEVER or (not show_hidden and is_hidden(node) and node not in shown):
                self.hidden.add(node)
                continue
            node.order = node.last = len(self.nodes)
            self.nodes.append(node)
            node.size = node.linked = node.links = node.own = node.own_linked = node.prose = 0
            node.level = _level(node)
            if node.is_block:
                block = node
            if node.tag == "a" and "href" in node.attributes and node not in self.controls:
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

    def _sum(self, answers: Set[Node]) -> None:
        """Sum up what is below each element. Answers count as running text, however short."""
        for node in reversed(self.nodes):
            text = node.own - node.own_linked
            if (text >= MIN_PROSE or node in answers) and node.own_linked < text:
                node.prose += text
            if (parent := node.parent) is not None:
                parent.size += node.size
                parent.linked += node.linked
                parent.links += node.links
                parent.prose += node.prose
                parent.last = max(parent.last, node.last)

    def _acquit_disclosures(self, disclosures: Sequence[Disclosure]) -> None:
        """Take a doubtful level back from controls, from what they open unless it is links, and from what is around."""  # noqa: E501
        seen: set[Node] = set()
        for disclosure in disclosures:
            panel = disclosure.panel
            if self._is_visible(panel) and panel.linked <= _MOST_LINKED * panel.size:
                for node in filter(self._is_visible, (panel, disclosure.control)):
                    above: Node | None = node
                    while above is not None and above not in seen:
                        seen.add(above)
                        if above.level == Level.DOUBTFUL:
                            above.level = Level.CONTENT
                        above = above.parent

    def _places_of_panels(self, disclosures: Sequence[Disclosure]) -> list[int]:
        furniture = [(node.order, node.last) for node in self._outermost(Level.CONTROL)]
        starts = [start for start, _ in furniture]
        places = []
        for panel in {disclosure.panel for disclosure in disclosures}:
            if self._is_visible(panel) and panel.linked <= _MOST_LINKED * panel.size:
                before = bisect(starts, panel.order) - 1
                if before < 0 or furniture[before][1] < panel.order:
                    places.append(panel.order)
        return sorted(places)

    def _is_visible(self, node: Node) -> bool:
        """Return whether an element is among the visible ones: none of those around it is hidden."""
        order = getattr(node, "order", -1)
        return 0 <= order < len(self.nodes) and self.nodes[order] is node

    def _settle_levels(self) -> None:
        """Acquit what holds the page's text, whatever its name; then leave the prose of furniture out."""
        raw = self.root.prose
        self._acquit_dialogs(raw)
        comments = self._prose_of(Level.COMMENTS)
        least = _BODY_SHARE * (raw - comments)
        for node in self.nodes:
            if node.tag == "h1" and node.size:
                _acquit(node, Level.COMMENTS)
            elif node.prose > least and _is_body(node):
                _acquit(node, Level.DIALOG if is_landmark(node) else Level.FURNITURE)
        dialogs = self._prose_of(Level.DIALOG)
        raw -= dialogs
        comments = self._prose_of(Level.COMMENTS) - dialogs
        rest = raw - comments
        few = rest < max(60, min(600, _FEW_COMMENTS * comments))
        if few and comments > _FEW_WORDS * self._count_plain():  # a forum, not an article
            self._acquit_all(Level.COMMENTS, 0)
            comments = 0
        for node in self.nodes:
            if node.level == Level.CONTROL and node.prose > _LONG_CONTROL and node.linked < 0.3 * node.size:
                node.level = Level.DOUBTFUL
        if raw + dialogs - self._prose_of(Level.CONTROL) < 2 * MIN_PROSE:
            least = max(_MOST * (raw - comments), _FEW_WORDS * self._count_plain())
            self._acquit_all(Level.CONTROL, least)
            self._acquit_all(Level.FURNITURE, least)
        self._convict_boxes()
        for node in list(self._outermost(Level.CONTROL)):
            _subtract_prose(node)

    def _convict_boxes(self) -> None:
        """Take lists of teasers, and galleries, for furniture, unless they are the page."""
        furniture = [(node.order, node.last) for node in self._outermost(Level.CONTROL)]
        teasers = list(find_teaser_lists(self.nodes))
        boxes: list[Node] = []
        for node in sorted({*teasers, *filter(self._is_gallery, self.nodes)}, key=lambda node: node.order):
            around = [*furniture, *((box.order, box.last) for box in boxes)]
            if not any(start <= node.order <= end for start, end in around):
                boxes.append(node)
        text = self.root.prose - self._prose_of(Level.CONTROL)
        if text - sum(box.prose for box in boxes) > max(_MIN_ARTICLE, _LEAST_ARTICLE * text):
            titles = (title_above(node, self.nodes) for node in teasers)
            for box in (*boxes, *filter(None, titles)):
                box.level = Level.FURNITURE

    def _is_gallery(self, node: Node) -> bool:
        names = f"{node.get('class')} {node.get('id')}" if node.attributes else " "
        if node.tag not in ("div", "section", "ul", "ol") or len(names) < 2 or not names_gallery(names):
            return False
        return not any(below.tag == "h1" for below in self.below(node))

    def _acquit_dialogs(self, raw: int) -> None:
        """Acquit what is named like a dialog but holds the page: its only title, and most of its text."""
        titles = [node for node in self.nodes if node.tag == "h1" and node.size]
        for dialog in list(self._outermost(Level.DIALOG)):
            is_page = all(dialog.order <= title.order <= dialog.last for title in titles)
            if titles and is_page and dialog.prose > _MOST * raw:
                dialog.level = Level.CONTENT

    def _acquit_all(self, level: Level, least: float) -> None:
        for node in self.nodes:
            if node.level == level and node.prose > least:
                node.level = Level.CONTENT

    def _count_plain(self) -> int:
        furniture = sum(node.size - node.linked for node in self._outermost(Level.CONTROL))
        return self.root.size - self.root.linked - furniture

    def _prose_of(self, level: Level) -> int:
        return sum(node.prose for node in self._outermost(level))

    def _outermost(self, level: Level) -> Iterator[Node]:
        last = -1
        for node in self.nodes:
            if node.order > last and node.level >= level:
                last = node.last
                yield node


def _nodes_of_panels(disclosures: Sequence[Disclosure]) -> set[Node]:
    nodes: set[Node] = set()
    for panel in {disclosure.panel for disclosure in disclosures}:
        if panel not in nodes:
            nodes.update(panel.walk())
    return nodes


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
    if node.get("role") in _DIALOGS or node.get("aria-modal") == "true":
        return Level.DIALOG
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
