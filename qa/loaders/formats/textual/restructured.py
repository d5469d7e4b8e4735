"""reStructuredText, also with the directives and roles of Sphinx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import decode
from qa.loaders.fields import one_line, parse_date
from qa.loaders.rendering.markup import parse_html, render
from qa.loaders.rendering.plain_text import TextBuilder
from qa.types import Article

if TYPE_CHECKING:
    from docutils.nodes import Node, document

__all__ = ["load"]

_DIRECTIVE = re.compile(r"^[ \t]*\.\. +(?:\|[^|\n]+\| +)?([\w:+.-]+?)::", re.MULTILINE)
_ROLE = re.compile(r":([A-Za-z][\w:+.-]*):`|`:([A-Za-z][\w:+.-]*):")
_TARGET = re.compile(r"\A(.+?)\s*<[^<>]*>\Z", re.DOTALL)
_CODE = frozenset("code code-block sourcecode parsed-literal doctest testcode testoutput prompt".split())
_DROPPED = frozenset(
    "toctree index include literalinclude image figure-md automodule autoclass autofunction autosummary module "
    "currentmodule py:module py:currentmodule highlight sectionauthor codeauthor meta tabularcolumns raw "
    "contents sectnum role default-role title testsetup testcleanup autodata graphviz plot".split()
)
_BIBLIOGRAPHIC = frozenset(("author", "organization", "version", "copyright"))
MAX_NAMES = 300
"""How many unknown directives and roles a file may use."""
_SETTINGS: dict[str, Any] = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "halt_level": 6,
    "report_level": 6,
    "warning_stream": False,
    "line_length_limit": 10_000_000,
    "math_output": "LaTeX",
    "syntax_highlight": "none",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "doctitle_xform": True,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "smart_quotes": False,
    "toc_backlinks": False,
}


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole file.

    :raises LoadError: if the file is not text, or contains none.
    """
    from docutils.core import publish_doctree, publish_from_doctree

    text = decode(file.data)
    _register(text)
    tree = publish_doctree(text, settings_overrides=_SETTINGS)
    fields = _take_fields(tree)
    _show_problems(tree)
    _unmark_notes(tree)
    page = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)
    builder = TextBuilder()
    render(parse_html(str(page)), builder)
    if not builder.text.strip():
        raise LoadError("the file contains no text")
    title = one_line(str(tree.get("title", "")))
    yield make_article(
        file,
        builder.text,
        title,
        date=parse_date(fields.pop("date", None)),
        headings=builder.headings,
        metadata=fields,
    )


def _take_fields(tree: document) -> dict[str, str]:
    """Return the bibliographic fields, and take them out of the text."""
    from docutils import nodes

    fields: dict[str, str] = {}
    for information in list(tree.findall(nodes.docinfo)):
        for node in information.findall(nodes.Bibliographic):
            name = type(node).__name__
            if name in _BIBLIOGRAPHIC or name == "date":
                fields.setdefault(name, one_line(node.astext()))
        information.parent.remove(information)
    return fields


def _show_problems(tree: document) -> None:
    """Show what refers to nothing in the file as its words alone: |product| is "product"."""
    from docutils import nodes

    for node in list(tree.findall(nodes.problematic)):
        node.parent.replace(node, nodes.Text(node.astext().strip("|`_")))


def _unmark_notes(tree: document) -> None:
    """Take the marks of footnotes out of the sentences, and the labels off the notes."""
    from docutils import nodes

    for mark in list(tree.findall(nodes.footnote_reference)):
        before = mark.parent.index(mark) - 1
        if before >= 0 and isinstance(mark.parent[before], nodes.Text):
            mark.parent.replace(mark.parent[before], nodes.Text(mark.parent[before].astext().rstrip()))
        mark.parent.remove(mark)
    for note in list(tree.findall(nodes.footnote)):
        note.parent.replace(note, [child for child in note.children if not isinstance(child, nodes.label)])


def _register(text: str) -> None:
    """Make the parser read the directives and roles that it does not know: those of Sphinx and of extensions."""
    from docutils.parsers.rst import directives, roles
    from docutils.parsers.rst.languages import en

    names = list(dict.fromkeys(match.lower() for match in _DIRECTIVE.findall(text)))[:MAX_NAMES]
    for name in names:
        if name in _CODE or name in _DROPPED or name not in en.directives:
            directives.register_directive(name, _directive(name))
    used = (one or other for one, other in _ROLE.findall(text))
    for name in list(dict.fromkeys(used))[:MAX_NAMES]:
        if name.lower() not in en.roles:
            roles.register_local_role(name, _role)


def _directive(name: str) -> type[Any]:
    """Return a directive that shows its argument and its content, as code if it is one of code."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives

    class Options(dict[str, Any]):
        """Takes any option."""

        def __missing__(self, _key: str) -> Any:
            return directives.unchanged

    class Shown(Directive):  # type: ignore[misc]
        """Shows what stands in the directive."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = Options()

        def run(self) -> Sequence[Node]:
            """Return the nodes to show."""
            content = "\n".join(self.content)
            if name in _DROPPED:
                return []
            if name in _CODE:
                return [nodes.literal_block(content, content)] if content.strip() else []
            shown: list[Node] = []
            if self.arguments:
                inline, messages = self.state.inline_text(self.arguments[0], self.lineno)
                shown += [nodes.paragraph("", "", *inline), *messages]
            block = nodes.container()
            self.state.nested_parse(self.content, self.content_offset, block)
            return [*shown, *block.children]

    return Shown


def _role(
    _name: str, _raw: str, text: str, _line: int, _inliner: Any, _options: Any = None, _content: Any = None
) -> tuple[list[Node], list[Node]]:
    """Return the words of a role without what they refer to: "the guide <guide>" is "the guide"."""
    from docutils import nodes
    from docutils.utils import unescape

    shown = unescape(text)
    match = _TARGET.match(shown)
    if match:
        shown = match[1]
    elif shown.startswith("~"):
        shown = shown.rpartition(".")[2].lstrip("~")
    return [nodes.inline(shown, shown.removeprefix("!"))], []
