"""Find what a page opens at a click: its disclosures, such as the answers of an FAQ under their questions.

A control names what it opens, by the attributes of WAI-ARIA or Bootstrap, or stands right before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from qa.loaders.html_page.nodes import Node, is_hidden
from qa.loaders.html_page.vocabulary import opens_furniture

__all__ = ["Disclosure", "find_disclosures"]

MAX_DISCLOSURES = 1000
"""More than these on a page are not looked for."""

_TITLES = frozenset("h2 h3 h4 h5 h6 dt".split())
_CONTROLS = frozenset("button summary".split())
_OPENING = frozenset(("aria-expanded", "aria-controls", "data-target", "data-bs-target"))
_TOGGLES = frozenset(("data-toggle", "data-bs-toggle"))
_FOLDING = frozenset("collapse tab pill".split())
_POPUPS = frozenset("dropdown modal tooltip popover offcanvas".split())
_NAMED = re.compile("accordion|collaps|disclos|expand|faq|question|spoiler|toggle", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")
_ITEMS = frozenset("li td th tr".split())
_MAX_LABEL = 300
_MAX_VISITED = 200
_MAX_UP = 4
_MAX_BLANK = 3
_MAX_IDS = 5


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A control and the element that it opens, which may be hidden."""

    control: Node
    label: Node
    """The control, or the element around it that holds nothing else, such as a heading."""
    panel: Node

    def opened(self) -> Iterator[Node]:
        """Yield the panel, and what is hidden inside of it if nothing else is there."""
        inside = self.panel
        yield inside
        for _ in range(_MAX_UP):
            children = [child for child in inside.children if isinstance(child, Node)]
            has_text = any(isinstance(child, str) and child.strip() for child in inside.children)
            if has_text or not children or not all(map(is_hidden, children)):
                return
            yield from children
            inside = children[0]


def find_disclosures(root: Node) -> list[Disclosure]:
    """Return the disclosures of a page, in document order of their controls, without those of furniture."""
    finder = _Finder()
    candidates = []
    for node in root.walk():
        attributes = node.attributes
        if attributes and ("id" in attributes or "aria-labelledby" in attributes):
            finder.note(node)
        if node.tag in _CONTROLS or (attributes and (_is_control(node) or _is_named(node))):  # noqa: SIM114
            candidates.append(node)
        elif node.tag in _TITLES and "?" in (_short_text(node) or ""):
            candidates.append(node)
    found = chain.from_iterable(map(finder.opened_by, candidates))
    return list(islice(found, MAX_DISCLOSURES))


class _Finder:
    """Finds what the controls of one page open."""

    def __init__(self) -> None:
        self._by_id: dict[str, Node] = {}
        self._labelled: dict[str, Node] = {}
        self._siblings: dict[Node, dict[Node, Node]] = {}

    def note(self, node: Node) -> None:
        """Remember an element by its id and, if it is hidden, by that of its label."""
        if name := node.get("id"):
            self._by_id.setdefault(name, node)
        if (name := node.get("aria-labelledby")) and is_hidden(node):
            self._labelled.setdefault(name, node)

    def opened_by(self, control: Node) -> Iterator[Disclosure]:
        """Yield what an element opens, if it is a control."""
        label = _label_of(control)
        text = _short_text(label) if label else None
        if label is None or text is None or _opens_popup(control) or opens_furniture(text):
            return
        panels = list(self._referenced(control))
        if not panels and (following := self._following(label)) and _unfolds(control, label, text, following):
            panels = [following]
        for panel in panels:
            if _has_words(panel) and not _holds(panel, control):
                yield Disclosure(control, label, panel)

    def _referenced(self, control: Node) -> Iterator[Node]:
        """Yield the elements that a control names, or that name it as their label."""
        names = control.get("aria-controls").split()[:_MAX_IDS]
        names += [control.get(name).removeprefix("#") for name in ("data-target", "data-bs-target")]
        if control.tag == "a" and _opens(control):
            names.append(control.get("href").partition("#")[2])
        nodes = [*map(self._by_id.get, names), self._labelled.get(control.get("id"))]
        yield from dict.fromkeys(node for node in nodes if node)

    def _following(self, label: Node) -> Node | None:
        """Return the element with words right behind a label."""
        following = self._after(label)
        for _ in range(_MAX_BLANK):
            if following is None or _has_words(following):
                break
            following = self._after(following)
        return following

    def _after(self, node: Node) -> Node | None:
        """Return the next sibling if it is an element."""
        if node.parent is None:
            return None
        siblings = self._siblings.get(node.parent)
        if siblings is None:
            siblings = self._siblings[node.parent] = {}
            before: Node | None = None
            for child in node.parent.children:
                if isinstance(child, Node):
                    if before is not None:
                        siblings[before] = child
                    before = child
                elif child.strip():
                    before = None
        return siblings.get(node)


def _unfolds(control: Node, label: Node, text: str, following: Node) -> bool:
    """Return whether a control opens what follows it, though it does not say so.

    Where a style sheet may hide what follows, the label must look like the title of it.
    """
    is_control = _is_control(control)
    is_title = "?" in text or (is_control and label.tag in _TITLES) or any(map(_is_named, _around(label)))
    if is_hidden(following) or "hidden" in following.attributes:
        return is_title or _opens(control)
    return control.tag == "summary" or (is_control and is_title)


def _is_control(node: Node) -> bool:
    return node.tag in _CONTROLS or _opens(node) or node.get("role") == "button"


def _opens(node: Node) -> bool:
    """Return whether the attributes of an element say that it opens something."""
    attributes = node.attributes
    if not _OPENING.isdisjoint(attributes):
        return True
    return not _TOGGLES.isdisjoint(attributes) and any(node.get(name) in _FOLDING for name in _TOGGLES)


def _opens_popup(node: Node) -> bool:
    is_popup = node.get("aria-haspopup") not in ("", "false")
    return is_popup or any(node.get(name) in _POPUPS for name in _TOGGLES)


def _is_named(node: Node) -> bool:
    return "class" in node.attributes and _names_folding(node.get("class"))


@lru_cache(maxsize=4096)
def _names_folding(names: str) -> bool:
    return _NAMED.search(names) is not None


def _around(node: Node) -> Iterator[Node]:
    """Yield the element and the two around it."""
    current: Node | None = node
    for _ in range(3):
        if current is None or current.tag in ("html", "body", "main"):
            return
        yield current
        current = current.parent


def _label_of(control: Node) -> Node | None:
    """Return the largest element around a control that holds no other words.

    If the control is only a sign, such as "+", it is the smallest one that has words.
    """
    label, text = control, _short_text(control)
    for _ in range(_MAX_UP):
        above = None if label.parent is None else _short_text(label.parent)
        if text is None or above is None or label.parent is None or label.parent.tag in _ITEMS:
            break
        if above != text and _WORD.search(text):
            break
        label, text = label.parent, above
    return label if text and _WORD.search(text) else None


def _short_text(node: Node) -> str | None:
    """Return the words of an element on one line, None if there are many."""
    parts: list[str] = []
    length = visited = 0
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        visited += 1
        if isinstance(item, str):
            parts.append(item)
            length += len(item.strip())
        else:
            stack.extend(reversed(item.children))
        if length > _MAX_LABEL or visited + len(stack) > _MAX_VISITED:
            return None
    return " ".join(" ".join(parts).split())


def _has_words(node: Node) -> bool:
    text = _short_text(node)
    return text is None or _WORD.search(text) is not None


def _holds(node: Node, other: Node) -> bool:
    above: Node | None = other
    while above is not None and above is not node:
        above = above.parent
    return above is node
