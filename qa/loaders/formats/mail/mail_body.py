"""Write the body of a message: paragraphs joined, quoted messages under a heading that says whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.loaders.rendering.lists import BULLET
from qa.loaders.rendering.markup import parse_html, render
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder

__all__ = ["write_html", "write_plain"]

_QUOTE = re.compile(r"(?:> ?)+")
_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Il|Em|Op)\b.{6,200}(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef)[^\n]{0,80}:"
    r"|.{3,120} (?:wrote|writes):",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:Original Message|Forwarded message|Forwarded by .*)\s*-{2,}|Begin forwarded message:"
)
_FIELD = re.compile(r"\*?(From|Sent|To|Cc|Subject|Date):\*?\s", re.IGNORECASE)
_LIST_FOOTER = re.compile(r"_{20,}$")
_LIST_WORDS = re.compile(r"mailing list|unsubscribe|listinfo", re.IGNORECASE)
_ITEM = re.compile(r"(?:[-*•·+]|\(?\d{1,3}[.)])\s+\S")
_BULLET = re.compile(r"[-*•·+]\s+")
_WRAPPED = 55
"""Lines at least this long were wrapped by the program that wrote the message, if the next one goes on."""
MAX_LEVEL = 6


def write_html(page: str, builder: TextBuilder) -> None:
    """Write a body in HTML."""
    render(parse_html(page), builder)


def write_plain(text: str, builder: TextBuilder, *, is_flowed: bool = False) -> None:
    """Write a plain body.

    Marks of quotation are left out. What they quote follows a heading, the line that says who wrote it: so nothing
    is lost, and a passage of an earlier message names its author. The footer of a mailing list is left out.
    """
    lines = [_split(line) for line in _without_footer(text.expandtabs().splitlines())]
    depth = 0
    for block in _blocks(lines):
        depth = block[0][0]
        texts = [line for _, line in block]
        heading = " ".join(texts).strip()
        if len(heading) <= 300 and (_ATTRIBUTION.fullmatch(heading) or _ORIGINAL.fullmatch(heading)):
            builder.add(heading)
            builder.end(PARAGRAPH, level=min(depth + 2, MAX_LEVEL))
        else:
            _write_block(texts, builder, is_flowed=is_flowed)
    builder.end(PARAGRAPH)


def _split(line: str) -> tuple[int, str]:
    """Return how often a line is quoted, and the line itself."""
    match = _QUOTE.match(line)
    return (match[0].count(">"), line[match.end() :]) if match else (0, line)


def _without_footer(lines: list[str]) -> list[str]:
    for number in range(len(lines) - 1, max(len(lines) - 12, 0), -1):
        if _LIST_FOOTER.match(lines[number].strip()) and _LIST_WORDS.search("\n".join(lines[number:])):
            return lines[:number]
    return lines


def _blocks(lines: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines between blank ones, also parted where quotation begins or ends and after an attribution."""
    block: list[tuple[int, str]] = []
    for depth, line in lines:
        is_break = not line.strip() or line.rstrip() == "--"
        if block and (is_break or depth != block[-1][0] or _ATTRIBUTION.fullmatch(_joined(block))):
            yield block
            block = []
        if _ORIGINAL.fullmatch(line.strip()) or _ATTRIBUTION.fullmatch(line.strip()):
            if block:
                yield block
            yield [(depth, line)]
            block = []
        elif not is_break:
            block.append((depth, line))
    if block:
        yield block


def _joined(block: Sequence[tuple[int, str]]) -> str:
    return " ".join(line.strip() for _, line in block) if len(block) < 4 else ""


def _write_block(lines: Sequence[str], builder: TextBuilder, *, is_flowed: bool) -> None:
    """Write a paragraph; lines that were wrapped are joined."""
    for number, line in enumerate(lines):
        stripped = line.strip()
        is_item = _ITEM.match(stripped) is not None
        if is_item:
            builder.end(LINE)
            match = _BULLET.match(stripped)
            builder.start_item(BULLET if match else "")
            stripped = stripped[match.end() :] if match else stripped
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        builder.add(stripped)
        if following and _continues(line, following, is_flowed=is_flowed):
            builder.add(" ")
        else:
            builder.end(LINE)
    builder.start_item("")
    builder.end(PARAGRAPH)


def _continues(line: str, following: str, *, is_flowed: bool) -> bool:
    if is_flowed:
        return line.endswith(" ")
    if _ITEM.match(following) or _FIELD.match(line) or _FIELD.match(following):
        return False
    return len(line) >= _WRAPPED
