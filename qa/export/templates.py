"""HTML from Jinja2 templates, in which nothing from outside is ever anything but text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from qa.export.escaping import clean_html

__all__ = ["Templates"]

# A line break in a template lays out the template, not the page: next to a tag or an expression it is nothing,
# between words it is a space.
_BESIDE_TAG = re.compile(r"(?:^|(?<=>))\s*\n\s*|\s*\n\s*(?:$|(?=<))")
_BETWEEN_WORDS = re.compile(r"\s*\n\s*")


class _LineJoiner(Extension):
    """Joins the lines of a template, so that it can be indented while the page has no stray white space.

    It replaces ``trim_blocks`` and ``lstrip_blocks``, which keep the indentation of what follows a block.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for token in stream:
            yield Token(token.lineno, token.type, _join_lines(token.value)) if token.type == "data" else token


class Templates:
    """The templates of a folder, each of which is compiled once, on first use.

    Autoescape is on, and a name that a template uses but does not get is an error. What HTML cannot hold, or what
    would reorder the text around it, is dealt with in the finished page: see :func:`clean_html`.

    :param filters: additional filters, by their names.
    """

    def __init__(self, folder: Path, filters: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            extensions=[_LineJoiner],
        )
        self.environment.filters |= filters or {}
        self.environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}

    def render(self, template: str, /, **values: object) -> str:
        """Return the HTML that a template makes of the values."""
        return clean_html(self.environment.get_template(template).render(values))


def _join_lines(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", _BESIDE_TAG.sub("", text))
