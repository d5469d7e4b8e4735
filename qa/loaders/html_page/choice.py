"""Choose the elements of a page that are its article.

The article is what stands between its title and the end of its *heart*, the smallest element that holds most of
the page's running text. Of this, furniture is left out: what its name, its links or its words give away. The
vocabulary began as that of trafilatura (Apache-2.0); docs/benchmarks.md says why the library is not used itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.loaders.html_page.dateline import ArticleRange
from qa.loaders.html_page.disclosures import Disclosure, find_disclosures
from qa.loaders.html_page.measures import HEADINGS, MIN_PROSE, PageMeasures, is_landmark
from qa.loaders.html_page.nodes import Node, is_veiled
from qa.loaders.html_page.vocabulary import (
    Level,
    is_comments_title,
    is_furniture_line,
    is_furniture_title,
    names_caption,
    opens_furniture,
)

__all__ = ["ArticleChoice", "choose_article"]

_CONTAINERS = frozenset("div section article main body form ul ol dl table center header".split())
_NO_HEART = frozenset("p li td th tr tbody thead blockquote table ul ol dl dd dt pre button".split())
_ADDRESS = re.compile(r"@|://|www\.")
_HEART = 0.75
_LANDMARK_HEART = 0.5
_MIN_PARAGRAPHS = 3
_SHARE_OF_PARAGRAPHS = 0.1
_DENSE = 0.5
_DOUBTFUL_SHARE = 0.15
_DOUBTFUL_PROSE = 120
_LEAD = 30
_MOST = 0.5
_ENOUGH = 0.35
_ENOUGH_UNNAMED = 0.2
_FEW_SHOWN = 2.0
"""How many times as much text must be hidden as shown for the hidden text to be the page's."""


@dataclass(frozen=True, slots=True)
class ArticleChoice:
    """The elements of a page to leave out, so that the article remains, and where it stands."""

    omitted: set[Node]
    nodes: Sequence[Node]
    """The visible elements, in document order."""
    article: ArticleRange
    blocks: set[Node]
    """Controls and what they open: each stands on lines of its own."""


def choose_article(root: Node, title: str) -> ArticleChoice:
    """Choose the elements of a page that are its article.

    If nearly nothing would be left, leave less out: at first only furniture by name, then only what is hidden, and
    at last nothing.

    :param title: the title of the page, which tells its heading from others.
    """
    disclosures = find_disclosures(root)
    page = _measure(root, disclosures)
    chooser = _Chooser(page, title)
    if not _has_paragraph(page, chooser.omitted):
        plain = page.plain
        shown = PageMeasures(root, show_hidden=True)
        if shown.prose > _FEW_SHOWN * plain:
            page = shown
            chooser = _Chooser(page, title)
        else:
            page = _measure(root, disclosures)
            chooser.omitted = _omit_less(page, chooser.omitted)
    blocks = {node for disclosure in disclosures for node in (disclosure.label, disclosure.panel)}
    return ArticleChoice(chooser.omitted, page.nodes, chooser.article, blocks)


def _measure(root: Node, disclosures: Sequence[Disclosure]) -> PageMeasures:
    """Measure a page. If nearly all of its text is only hidden from screen readers, it counts as visible."""
    page = PageMeasures(root, disclosures)
    veiled = [node for node in page.hidden if is_veiled(node)]
    longest = max(veiled, key=lambda node: len(_line(node)), default=None)
    if longest is None or len(_line(longest)) <= _FEW_SHOWN * page.plain:
        return page
    # Behind a dialog, all that stands beside it is hidden.
    plain, shown = page.plain, {node for node in veiled if node.parent is longest.parent}
    page = PageMeasures(root, disclosures, shown)
    return page if page.prose > _FEW_SHOWN * plain else PageMeasures(root, disclosures)


def _omit_less(page: PageMeasures, omitted: set[Node]) -> set[Node]:
    dialogs = page.hidden | {node for node in page.nodes if node.level == Level.DIALOG}
    total = _kept(page, dialogs)
    if _kept(page, omitted) > _ENOUGH * total:
        return omitted
    named = page.hidden | {node for node in page.nodes if node.level >= Level.CONTROL}
    if _kept(page, named) > _ENOUGH_UNNAMED * total:
        return named
    return dialogs if total else page.hidden


def _has_paragraph(page: PageMeasures, omitted: set[Node]) -> bool:
    if page.count_panels(page.root):
        return True
    return any(node.own - node.own_linked >= MIN_PROSE for node in _outside(page, omitted))


def _kept(page: PageMeasures, omitted: set[Node]) -> int:
    """Return how many characters remain."""
    kept = set(_outside(page, omitted))
    return page.root.size - sum(node.size for node in page.nodes if node in omitted and node.parent in kept)


def _outside(page: PageMeasures, omitted: set[Node]) -> Iterator[Node]:
    """Yield the elements that are neither omitted nor inside of one that is."""
    last = -1
    for node in page.nodes:
        if node.order > last:
            if node in omitted:
                last = node.last
            else:
                yield node


class _Chooser:
    """Finds what to leave out of one page."""

    def __init__(self, page: PageMeasures, title: str) -> None:
        self._page = page
        self._total = page.prose
        self._unlinked = page.root.size - page.root.linked
        self.omitted = set(page.hidden)
        heart = self._find_heart()
        self._lead = range(min(heart.order, self._find_start(heart, title)), heart.order)
        end = self._find_end(heart)
        self.article = ArticleRange(self._lead.start, self._find_text(self._lead.start, end), end)
        self._omit_outside(self._lead.start, end)
        self._omit_furniture(heart)

    def _find_heart(self) -> Node:
        heart = self._page.root
        while self._total:
            below = (child for child in heart.children if isinstance(child, Node) and child not in self.omitted)
            candidates = [child for child in below if child.level < Level.CONTROL and child.is_block]
            best = max(candidates, key=lambda child: child.prose, default=None)
            if best is None or best.tag in _NO_HEART or best.tag in HEADINGS:
                break
            if best.prose < (_LANDMARK_HEART if is_landmark(best) else _HEART) * self._total:
                break
            if self._is_one_answer(best, heart) or _has_own_paragraphs(heart, best, candidates):
                break
            heart = best
        return heart

    def _is_one_answer(self, node: Node, around: Node) -> bool:
        """Return whether an element is one of several answers of an FAQ, or a few of them."""
        count = self._page.count_panels(node)
        return 0 < 2 * count <= self._page.count_panels(around)

    def _find_start(self, heart: Node, title: str) -> int:
        """Return the place of the heading: the last ``h1`` before the heart, or a block like the title."""
        found: Node | None = None
        for node in self._page.nodes[: heart.last + 1]:
            if node.tag == "h1" and node.size:
                if found is not None and node.order >= heart.order:
                    break
                found = node
        if found is None and title:
            for node in self._page.nodes[: heart.order]:
                if node.is_block and 10 < node.size < 300 and _line(node) in title:
                    found = node
        return found.order if found else heart.order

    def _find_text(self, start: int, end: int) -> int:
        """Return the place of the first paragraph."""
        paragraphs = (
            node.order
            for node in self._page.nodes[start : end + 1]
            if node.level < Level.CONTROL and node.tag not in HEADINGS and node.own - node.own_linked >= MIN_PROSE
        )
        return next(paragraphs, end)

    def _find_end(self, heart: Node) -> int:
        """Return the place of the last node: of the heart, of plain paragraphs that follow it, or of an FAQ."""
        end = heart.last
        following = self._following(heart)
        for node in following:
            if node.tag != "p" or node.links or node.level != Level.CONTENT:
                break
            end = node.last
        return max([end, *(node.last for node in following if self._page.count_panels(node))])

    def _omit_outside(self, start: int, end: int) -> None:
        for node in self._page.nodes[1:]:
            if (node.last < start or node.order > end) and node.parent not in self.omitted:
                self.omitted.add(node)

    def _omit_furniture(self, heart: Node) -> None:
        last = -1
        for node in self._page.nodes:
            if node.order <= last or node.order <= heart.order <= node.last:
                continue
            if node not in self.omitted and self._is_furniture(node):
                self.omitted.add(node)
            if node in self.omitted:
                last = node.last
            elif (
                node.is_block and 0 < node.size < 100 and (node.tag in HEADINGS or not self._page.has_blocks(node))
            ):
                self._omit_section(node)

    def _is_furniture(self, node: Node) -> bool:
        if node.tag == "button":
            text = _line(node)
            is_title = _is_question(node) or node in self._page.controls
            is_title &= any(map(str.isalnum, text))  # rather than "+"
            return not is_title or is_furniture_line(text) or opens_furniture(text)
        if node.level >= Level.CONTROL or (node.level == Level.DOUBTFUL and self._is_spare(node)):
            return True
        if node.tag == "form":
            return node.prose < 0.3 * self._total
        if _is_caption(node):
            return not self._is_of_captions
        return self._is_list_of_links(node) or self._is_label(node)

    @cached_property
    def _is_of_captions(self) -> bool:
        """Whether much of the page's text is captions, as in a gallery."""
        return sum(node.prose for node in self._page.nodes if _is_caption(node)) > 0.25 * self._total

    def _is_spare(self, node: Node) -> bool:
        """Return whether an element of a doubtful name holds little text, or much of it in links."""
        if node.tag == "a" or node.tag in HEADINGS or node.prose >= _DOUBTFUL_SHARE * self._total + 1:
            return False
        if node.order in self._lead and node.size > _LEAD and not node.links:
            return False
        return node.prose < _DOUBTFUL_PROSE or node.linked > 0.4 * node.size

    def _is_list_of_links(self, node: Node) -> bool:
        if not node.links or node.linked <= _DENSE * node.size:
            return False
        if node.tag == "p":
            return node.size < 60 and node.linked > 0.8 * node.size and not _ADDRESS.search(node.text())
        if node.tag not in _CONTAINERS or node.prose > 0.1 * self._total:
            return False
        return node.size - node.linked < 0.25 * self._unlinked

    def _is_label(self, node: Node) -> bool:
        is_line = node.is_block and 0 < node.size < 200 and node.own == node.size
        return is_line and is_furniture_line(_line(node))

    def _omit_section(self, heading: Node) -> None:
        """Omit what follows an article: a heading of comments or of other articles, and what stands under it."""
        text = _line(heading)
        is_comments = is_comments_title(text)
        if not is_comments and not is_furniture_title(text):
            return
        while heading.parent is not None and heading.parent.parent and heading.parent.size == heading.size:
            heading = heading.parent
        section: list[Node] = []
        following = self._following(heading)
        for node in following:
            if not is_comments and (node.tag in HEADINGS or (node.prose and node.linked < 0.3 * node.size)):
                break
            section.append(node)
        if sum(node.prose for node in section) > _MOST * self._total:
            return
        if is_comments or not following or any(node.links for node in section):
            self.omitted.update((heading, *section))

    def _following(self, node: Node) -> list[Node]:
        """Return the visible elements that follow one in the same element."""
        if node.parent is None:
            return []
        siblings = node.parent.children
        after = siblings[siblings.index(node) + 1 :]
        hidden = self._page.hidden
        return [sibling for sibling in after if isinstance(sibling, Node) and sibling not in hidden]


def _has_own_paragraphs(node: Node, best: Node, candidates: Sequence[Node]) -> bool:
    """Return whether an element is the text, and one of its children only a large box in it, such as a gallery."""
    paragraphs = [child.prose for child in candidates if child.tag == "p" and child.prose]
    if is_landmark(best) or len(paragraphs) < _MIN_PARAGRAPHS:
        return False
    return sum(paragraphs) > _SHARE_OF_PARAGRAPHS * node.prose


def _line(node: Node) -> str:
    return " ".join(node.text().split())


def _is_caption(node: Node) -> bool:
    if node.tag == "figcaption":
        return True
    if not node.attributes or not 0 < node.size < 400:
        return False
    names = f"{node.get('class')} {node.get('id')}"
    return len(names) > 1 and names_caption(names)


def _is_question(button: Node) -> bool:
    """Return whether the button opens an answer: it asks something, or is the heading of what it opens."""
    node = button.parent
    while node is not None and not node.is_block:
        node = node.parent
    is_heading = node is not None and (node.tag in HEADINGS or node.tag in ("summary", "dt"))
    return is_heading or "?" in button.text()
