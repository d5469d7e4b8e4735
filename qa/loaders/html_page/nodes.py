"""A page as a tree of plain nodes, built as the HTML standard says.

A node is cheaper to visit than an element of lxml, and most elements of a page are furniture that nobody renders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from typing import TYPE_CHECKING

from qa.errors import LoadError

if TYPE_CHECKING:
    from lxml.etree import _Element
    from selectolax.lexbor import LexborNode

    from qa.loaders.html_page.vocabulary import Level

__all__ = [
    "MAX_DEPTH",
    "Node",
    "build_element",
    "from_element",
    "hides",
    "is_hidden",
    "is_veiled",
    "parse_html5",
]

MAX_DEPTH = 2000
MAX_ATTRIBUTES = 5000
_TOO_DEEP = "the page's elements are nested too deeply: save it in a simpler form"

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark math nobr q rb rp rt "
    "ruby s samp small span strike strong sub sup time tt u var wbr mfrac mi mn mo mrow ms msub msubsup msup "
    "mtext".split()
)
# Their content is never text of the page, or it is shown only where the element itself is not supported.
_OPAQUE = frozenset(
    "script style template iframe frame frameset object embed applet svg canvas audio video map datalist "
    "textarea rp rt annotation annotation-xml amp-list amp-ad amp-analytics amp-consent amp-sidebar "
    "amp-social-share".split()
)
# The attributes that the renderer reads; all others of an article's element are left out.
_RENDERED = frozenset(
    "abbr alt class colspan dir headers href id lang reversed role rowspan scope span start title type "
    "value".split()
)

_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{4,}px", re.IGNORECASE
)
_XML_NAME = re.compile(r"[a-z_][\w.-]*", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{20000,}")
_QUOTED = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_ATTRIBUTE = re.compile(r"""[^\s/"']+""")
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
# Elements without an end tag, and those that another one of their kind ends: a row of them is not nested.
_UNNESTED = frozenset(
    "a area base br button col dd dt embed hr img input li link meta nobr option optgroup p param source tbody td "
    "tfoot th thead tr track wbr".split()
)


class Node:
    """An element, its attributes, and its children: other nodes and strings."""

    __slots__ = (
        "attributes",
        "children",
        "data",
        "is_block",
        "last",
        "level",
        "linked",
        "links",
        "order",
        "own",
        "own_linked",
        "parent",
        "prose",
        "size",
        "tag",
    )

    # The measures, see PageMeasures. Sizes are in characters.
    order: int
    """The place in document order."""
    last: int
    """The place of the last node below."""
    size: int
    """The text of the node and of all below."""
    linked: int
    """How much of it is in links."""
    links: int
    """The number of links."""
    own: int
    """Of a block: its text that is in no other block below."""
    own_linked: int
    prose: int
    """The running text of the blocks below."""
    level: Level

    def __init__(self, tag: str, attributes: dict[str, str | None], parent: Node | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node | str] = []
        self.is_block = tag not in _INLINE
        self.data = ""
        """The content of an element that is not text of the page, such as a script."""

    def get(self, name: str) -> str:
        """Return the attribute's value, empty if there is none."""
        return self.attributes.get(name) or ""

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += [child for child in reversed(node.children) if isinstance(child, Node)]

    def find_all(self, *tags: str) -> Iterator[Node]:
        """Yield this node and all below it that have one of the tags."""
        return (node for node in self.walk() if node.tag in tags)

    def text(self) -> str:
        """Return the text of the node and of all below it."""
        parts: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item)
            else:
                stack.extend(reversed(item.children))
        return "".join(parts)


def parse_html5(text: str) -> Node:
    """Return the root of the page. Nothing is fetched.

    :raises LoadError: if the page is nested too deeply, or has a tag of thousands of attributes.
    """
    from selectolax.lexbor import LexborHTMLParser

    _check_attributes(text)
    _check_depth(text)
    # The parser takes UTF-8; a lone surrogate stands for bytes that were not text.
    document = LexborHTMLParser(text.encode("utf-8", "replace"))
    source = document.root
    root = Node("html", {}, None)
    if source is None:
        return root
    root.attributes = source.attributes
    _copy(source, root)
    return root


def _copy(source: LexborNode, root: Node) -> None:
    """Copy everything below an element of the parser's tree, without recursion."""
    parent = root
    above: list[LexborNode] = [source]
    current = source.child
    while above:
        if current is None:
            current = above.pop().next
            parent = parent.parent or root
            continue
        node = _copy_node(current, parent)
        child = None if node is None or node.tag in _OPAQUE else current.child
        if node is None or child is None:
            current = current.next
            continue
        above.append(current)
        if len(above) > MAX_DEPTH:
            raise LoadError(_TOO_DEEP)
        parent, current = node, child


def _copy_node(source: LexborNode, parent: Node) -> Node | None:
    """Add an element or a string to its parent; return the element."""
    tag = source.tag or "span"
    if tag == "-text":
        if content := source.text_content:
            parent.children.append(content)
        return None
    if tag[0] in "-_!#":  # a comment or a document type
        return None
    node = Node(tag, source.attributes, parent)
    parent.children.append(node)
    if tag == "script" and "json" in node.get("type"):
        node.data = source.text(deep=True)
    return node


def is_hidden(node: Node) -> bool:
    """Return whether a browser does not show the element, or it is marked as hidden from screen readers."""
    if not node.attributes:
        return node.tag == "noscript"
    return node.attributes.get("aria-hidden") == "true" or _is_undisplayed(node)


def is_veiled(node: Node) -> bool:
    """Return whether an element is only hidden from screen readers, as all of a page is behind a dialog."""
    return node.get("aria-hidden") == "true" and not _is_undisplayed(node)


def _is_undisplayed(node: Node) -> bool:
    if node.tag == "noscript":
        return True
    return bool(node.attributes) and hides(node.attributes.get)


def hides(attribute: Callable[[str, str], str | None]) -> bool:
    """Return whether an element's own attributes keep a browser from showing it.

    :param attribute: returns the attribute of a name, or the given text if there is none.
    """
    if attribute("hidden", "until-found") != "until-found":  # that is found when one searches the page
        return True
    style = attribute("style", "")
    return bool(style and _HIDDEN_STYLE.search(style))


def _check_attributes(text: str) -> None:
    """Refuse tags of thousands of attributes: the parser compares each with all others."""
    for tag in _LONG_TAG.finditer(text):
        count = sum(1 for _ in _ATTRIBUTE.finditer(_QUOTED.sub(" ", tag[0])))
        if count > MAX_ATTRIBUTES and not _in_script(text, tag.start()):
            raise LoadError(
                f"a tag of the page has more than {MAX_ATTRIBUTES} attributes: save it in a simpler form"
            )


def _in_script(text: str, position: int) -> bool:
    before = text[:position].lower()
    return before.rfind("<script") > before.rfind("</script")


def _check_depth(text: str) -> None:
    """Refuse pages nested too deeply before they are parsed: the parser looks at all open elements at each tag."""
    ends = text.count("</")
    if text.count("<") - 2 * ends <= MAX_DEPTH:
        return
    depth = 0
    for end, name in _TAG.findall(text):
        if name.lower() not in _UNNESTED:
            depth = max(0, depth - 1) if end else depth + 1
            if depth > MAX_DEPTH:
                raise LoadError(_TOO_DEEP)


def from_element(element: _Element) -> Node:
    """Return the tree of an element of lxml, such as a page that is well-formed XML."""
    from lxml import etree

    root = node = Node("", {}, None)
    for event, current in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            below = Node(str(current.tag).lower(), dict(current.attrib), node)
            node.children.append(below)
            node = below
            if current.text and below.tag in _OPAQUE:
                below.data = current.text
            elif current.text:
                below.children.append(current.text)
        else:
            if node.tag in _OPAQUE:
                node.children.clear()
            node = node.parent or root
            if current.tail and current is not element:
                node.children.append(current.tail)
    top = root.children[0]
    assert isinstance(top, Node)  # noqa: S101 - iterwalk begins with the element
    top.parent = None
    return top


def build_element(root: Node, omitted: Set[Node] = frozenset(), blocks: Set[Node] = frozenset()) -> _Element:
    """Return the tree as an element of lxml, without the omitted nodes, to be rendered.

    :param blocks: nodes that stand on lines of their own, whatever their tags.
    """
    from lxml import etree

    element = etree.Element("body")
    stack: list[tuple[Iterator[Node | str], _Element]] = [(iter(root.children), element)]
    last: _Element | None = None  # the element before the next string
    strings: list[str] = []  # joined only once: between omitted nodes there may be thousands
    while stack:
        items, parent = stack[-1]
        item = next(items, None)
        if isinstance(item, str):
            strings.append(item)
        elif item is None or (item not in omitted and item.tag not in _OPAQUE):
            _put(strings, parent, last)
            if item is None:
                stack.pop()
                last = parent
            else:
                tag = "div" if item in blocks and not item.is_block else _shown_tag(item)
                child = etree.SubElement(parent, tag, _shown_attributes(item))
                stack.append((iter(item.children), child))
                last = None
        elif item.tag == "li" and parent.tag == "ol" and not is_hidden(item):
            etree.SubElement(parent, "li")  # the items after it keep their numbers
            last = parent[-1]
    return element


def _put(strings: list[str], parent: _Element, last: _Element | None) -> None:
    text = _CONTROL.sub("", "".join(strings))
    strings.clear()
    if text and last is None:
        parent.text = text
    elif text and last is not None:
        last.tail = text


def _shown_tag(node: Node) -> str:
    # What the chooser has kept is text, whatever the renderer makes of such an element.
    if node.tag in ("button", "nav", "noscript", "form", "fieldset", "select", "input"):
        return "span" if node.tag == "button" else "div"
    return node.tag if _XML_NAME.fullmatch(node.tag) else "span"


def _shown_attributes(node: Node) -> dict[str, str]:
    return {
        name: _CONTROL.sub("", value or "")
        for name, value in node.attributes.items()
        if name in _RENDERED and value != "navigation"
    }
