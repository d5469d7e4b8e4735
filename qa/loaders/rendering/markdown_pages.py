"""Markdown as HTML of what a reader sees: with footnotes, definition lists, callouts and wiki links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

__all__ = ["markdown_to_html"]

SKIPPED_TOKENS = 100_000
SKIPPED_TOKENS_PER_CHARACTER = 10
SHORT_NOTE = 100
"""A footnote with up to so many characters stands in brackets where it is referred to, a longer one below."""
MAX_WIKI_LINK = 200

_WIKI_LINK = re.compile(r"(!?)\[\[([^\[\]\n|]{1,200})(?:\|([^\[\]\n]{0,200}))?\]\](?![\[(])")
_IMAGE = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|webp|mp[34]|mov|pdf|wav)\Z", re.IGNORECASE)
_CALLOUT = re.compile(r"\[!([A-Za-z][\w-]{0,30})\][+-]?[ \t]*(.*)")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}\n]{0,200}\}\s*\Z")


def markdown_to_html(text: str) -> str:
    """Return the text as HTML.

    A footnote stands where it is referred to, not at the end: there a reader of passages would not find it.
    """
    parser = _build_parser(len(text))
    environment: dict[str, object] = {}
    tokens = parser.parse(text, environment)
    _show_callouts(tokens)
    _drop_attributes(tokens)
    return str(parser.renderer.render(list(_with_notes(tokens)), parser.options, environment))


def _build_parser(length: int) -> MarkdownIt:
    """Return a parser for a text of this length.

    For each opening bracket, the parser looks for the closing one: 80 kB of open brackets take ten seconds. After
    too many tokens skipped in that search, brackets are text.
    """
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])
    parser.use(admon_plugin).use(deflist_plugin).use(footnote_plugin)
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    skip = parser.inline.skipToken
    left = SKIPPED_TOKENS + SKIPPED_TOKENS_PER_CHARACTER * length

    def skip_within_budget(state: StateInline) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            state.pos = state.posMax
        else:
            skip(state)

    parser.inline.skipToken = skip_within_budget  # type: ignore[method-assign]
    return parser


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """Read ``[[Page]]`` and ``[[Page|label]]`` as text; leave out an embedded picture."""
    match = _WIKI_LINK.match(state.src, state.pos, min(state.posMax, state.pos + 3 * MAX_WIKI_LINK))
    if not match:
        return False
    if not silent:
        page, label = match[2].strip(), (match[3] or "").strip()
        is_picture = match[1] and _IMAGE.search(page)
        token = state.push("text", "", 0)
        token.content = "" if is_picture else label or page.removeprefix("#").replace("#", " > ")
    state.pos = match.end()
    return True


def _show_callouts(tokens: list[Token]) -> None:
    """Make the title of a callout, ``> [!NOTE] Title``, a line of its own."""
    for quote, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_start = quote.type == "blockquote_open" and paragraph.type == "paragraph_open"
        if not (is_start and inline.children and (match := _CALLOUT.fullmatch(inline.children[0].content))):
            continue
        inline.children[0].content = match[2].strip() or match[1].replace("-", " ").capitalize()
        following = next((child for child in inline.children if child.type in ("softbreak", "hardbreak")), None)
        if following:
            following.type, following.tag = "hardbreak", "br"


def _drop_attributes(tokens: list[Token]) -> None:
    """Leave out the attributes behind a heading, as in ``# Title {#id}``."""
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open" and inline.children and inline.children[-1].type == "text":
            inline.children[-1].content = _ATTRIBUTES.sub("", inline.children[-1].content)


def _with_notes(tokens: list[Token]) -> Iterator[Token]:
    """Yield the tokens with each footnote at its first reference, or behind the block that this is in."""
    start = next((i for i, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    notes = _notes(tokens[start:])
    waiting: list[Token] = []
    for token in tokens[:start]:
        if token.children and any(child.type == "footnote_ref" for child in token.children):
            token.children = list(_with_short_notes(token.children, notes, waiting))
        yield token
        if token.level == 0 and token.nesting <= 0 and token.type != "inline" and waiting:
            yield from waiting
            waiting = []
    yield from waiting


def _notes(tokens: list[Token]) -> dict[int, list[Token]]:
    """Return the tokens of each footnote by its number, without links back and references to others."""
    notes: dict[int, list[Token]] = {}
    for token in tokens:
        if token.type == "footnote_open":
            note = notes.setdefault(token.meta["id"], [])
        elif token.type not in (
            "footnote_block_open",
            "footnote_anchor",
            "footnote_close",
            "footnote_block_close",
        ):
            token.children = token.children and [child for child in token.children if child.type != "footnote_ref"]
            note.append(token)
    return notes


def _with_short_notes(
    children: list[Token], notes: dict[int, list[Token]], waiting: list[Token]
) -> Iterator[Token]:
    """Yield inline tokens with short footnotes in place of their references; append the others to ``waiting``."""
    from markdown_it.token import Token

    for child in children:
        if child.type != "footnote_ref":
            yield child
            continue
        note = notes.pop(child.meta["id"], [])
        inline = [token for token in note if token.type == "inline"]
        if len(note) == 3 and len(inline) == 1 and len(inline[0].content) <= SHORT_NOTE:
            yield Token("text", "", 0, content=" (")
            yield from inline[0].children or []
            yield Token("text", "", 0, content=")")
        else:
            waiting += note
