"""Markdown read back with a parser, in the dialect that makes the most of it."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://example.com/x.png)",
    "[a]: http://example.com 'x'",
    "see https://example.com/x and www.example.com or mail@example.com",
    "<https://example.com>",
    "&lt;b&gt; &amp; &#60;",
    "# no heading #",
    "- no list",
    "1. no list",
    "2) no list",
    "+ no list",
    "> no quote",
    "=====",
    "---",
    "| a | b |",
    "```\ncode\n```",
    "~~gone~~ **bold** _soft_ `code` $x$",
    "    indented\n\n    code",
    "back\\slash\\",
    "line\u2028line\r\nline",
    "[^1]: note",
    "a  \nb",
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a page would hold: the tags, and the text of each block, emphasis as in the source."""

    tags: set[str]
    blocks: list[str]


def rendered(source: str) -> Rendered:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tags: set[str] = set()
    blocks: list[str] = []
    for token in parser.parse(source):
        tags.add(token.tag or token.type)
        if token.type == "inline":
            blocks.append("".join(_words(child, tags) for child in token.children or []))
        elif token.content:
            blocks.append(token.content)
    return Rendered(tags - {"inline"}, blocks)


def _words(token: Token, tags: set[str]) -> str:
    if token.type == "text":
        return token.content
    if token.type == "softbreak":
        return "\n"
    tags.add(token.tag or token.type)
    return token.content
