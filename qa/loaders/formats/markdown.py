"""Markdown with optional YAML or TOML front matter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import decode
from qa.loaders.fields import parse_date, parse_tags
from qa.loaders.rendering.markup import parse_html, render
from qa.loaders.rendering.plain_text import TextBuilder
from qa.types import Article

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

__all__ = ["load"]

SKIPPED_TOKENS = 100_000
SKIPPED_TOKENS_PER_CHARACTER = 10

_FRONT_MATTER = re.compile(r"\s*^(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"([\w][\w .-]*):(?:[ \t]+(.*)|[ \t]*)")
_COMMENT = re.compile(r"(?<=\s)#")
_ITEM = re.compile(r"\s*-[ \t]+(.*)")


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole file.

    :raises LoadError: if the file is not text, or contains none.
    """
    fields, body = _split(decode(file.data).replace("\r\n", "\n"))
    builder = TextBuilder()
    if body.strip():
        render(parse_html(_build_parser(len(body)).render(body)), builder)
    yield make_article(
        file,
        builder.text,
        _string(fields.pop("title", "")),
        date=parse_date(fields.pop("date", None)),
        headings=builder.headings,
        tags=parse_tags(fields.pop("tags", None)),
        metadata={key: _string(value) for key, value in fields.items()},
    )


def _build_parser(length: int) -> MarkdownIt:
    """Return a parser for a text of this length.

    For each opening bracket, the parser looks for the closing one: 80 kB of open brackets take ten seconds. After
    too many tokens skipped in that search, brackets are text.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])
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


def _split(text: str) -> tuple[dict[str, object], str]:
    """Return the fields of the front matter, if there is any, and the text after it."""
    match = _FRONT_MATTER.match(text)
    fields = match and (_parse_toml(match[2]) if match[1] == "+++" else _parse_yaml(match[2]))
    return (dict(fields), text[match.end() :]) if match and fields is not None else ({}, text)


def _parse_toml(text: str) -> Mapping[str, object] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _parse_yaml(text: str) -> Mapping[str, object] | None:
    """Return the fields of simple YAML, scalars and lists of scalars, or None if the text is not YAML.

    Deeper values are skipped; no field that we use is nested.
    """
    fields: dict[str, object] = {}
    name = ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if match := _FIELD.fullmatch(line.rstrip()):
            name = match[1].strip().lower()
            fields[name] = _value(match[2] or "")
        elif not name or not line.startswith((" ", "\t", "-")):
            return None
        elif match := _ITEM.fullmatch(line):
            items = fields[name]
            if not isinstance(items, list):
                items = fields[name] = []
            items.append(_unquote(match[1]))
    return fields


def _value(text: str) -> object:
    if text.startswith("[") and text.endswith("]"):
        return [item for part in text[1:-1].split(",") if (item := _unquote(part))]
    return "" if text in ("|", ">", "|-", ">-") else _unquote(text)


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return _COMMENT.split(text, maxsplit=1)[0].rstrip()


def _string(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
