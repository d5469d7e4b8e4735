"""Jupyter notebooks: the texts, the code and its outputs, each cell a place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import decode
from qa.loaders.formats import markdown
from qa.loaders.rendering.markup import parse_html, render
from qa.loaders.rendering.plain_text import PARAGRAPH, TextBuilder
from qa.types import Article, Heading, Place

__all__ = ["load"]

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x1b\][^\x07]*\x07")
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")
_OBJECTS = re.compile(r"\s*\[?(?:<[^<>]* at 0x[0-9A-Fa-f]+>,?\s*)+\]?\s*|<Figure[^<>]*>")
"""What Python writes for objects that have no text: the place of a picture, for example."""
_WIDGET = "application/vnd.jupyter.widget-view+json"
_SEPARATOR = "\n\n"


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole notebook.

    :raises LoadError: if the file is no notebook, or contains no text.
    """
    try:
        notebook = json.loads(decode(file.data))
    except (ValueError, RecursionError) as error:
        raise LoadError(f"the file is not a notebook, which is JSON ({error}): save it again") from error
    cells = _cells(notebook)
    parts: list[str] = []
    headings: list[Heading] = []
    places: list[Place] = []
    length = 0
    for number, cell in enumerate(cells, 1):
        label = f"cell {number}"
        if type(count := cell.get("execution_count", cell.get("prompt_number"))) is int:
            label += f" (In [{count}])"
        for text, inside in _texts(file, cell):
            if not text.strip():
                continue
            gap = _SEPARATOR if parts else ""
            length += len(gap)
            if not places or places[-1].label != label:
                places.append(Place(length, label))
            headings += [Heading(length + item.start, length + item.end, item.level) for item in inside]
            parts += [gap, text]
            length += len(text)
    metadata = notebook.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else ""
    text = "".join(parts)
    yield make_article(file, text, title if isinstance(title, str) else "", headings=headings, places=places)


def _cells(notebook: Any) -> list[dict[str, Any]]:
    """Return the cells of a notebook of any version.

    :raises LoadError: if it is none.
    """
    sheets = notebook.get("worksheets", [notebook]) if isinstance(notebook, dict) else []
    sheets = [sheet for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
    found = [cell for sheet in sheets for cell in _items(sheet.get("cells"))]
    if not found and not any("cells" in sheet for sheet in sheets):
        raise LoadError("the file is not a notebook: it has no cells")
    return found


def _texts(file: File, cell: dict[str, Any]) -> Iterator[tuple[str, tuple[Heading, ...]]]:
    """Yield the text of a cell, and those of its outputs, with their headings."""
    kind = cell.get("cell_type")
    source = _string(cell.get("source", cell.get("input")))
    if kind == "markdown":
        yield _markdown(file, source)
    elif kind == "heading":
        level = {number: number for number in range(1, 7)}.get(cell.get("level", 1), 1)
        yield source, (Heading(0, len(source), level),) if source else ()
    else:
        yield _plain(source), ()
        for output in _items(cell.get("outputs")):
            yield from _output(file, output)


def _output(file: File, output: dict[str, Any]) -> Iterator[tuple[str, tuple[Heading, ...]]]:
    data = output.get("data", output)
    data = data if isinstance(data, dict) else {}
    if page := _string(data.get("text/html", data.get("html"))):
        builder = TextBuilder()
        render(parse_html(page), builder)
        if builder.text.strip():
            yield builder.text, ()
            return
    if text := _string(data.get("text/markdown")):
        yield _markdown(file, text)
    elif output.get("output_type") in ("error", "pyerr"):
        yield _plain(f"{output.get('ename', '')}: {output.get('evalue', '')}"), ()
    else:
        text = _string(data.get("text/plain", output.get("text")))
        yield ("" if _WIDGET in data or _OBJECTS.fullmatch(text) else _plain(text)), ()


def _markdown(file: File, text: str) -> tuple[str, tuple[Heading, ...]]:
    if not text.strip():
        return "", ()
    try:
        article = next(iter(markdown.load(replace(file, data=text.encode("utf-8", "replace")))))
    except LoadError:  # an image alone
        return "", ()
    return article.text, article.headings


def _plain(text: str) -> str:
    """Return text of a terminal without its colours, and without what later output on the same line replaced."""
    builder = TextBuilder()
    builder.add(_OVERWRITTEN.sub("", _ANSI.sub("", text)))
    builder.end(PARAGRAPH, verbatim=True)
    return builder.text


def _items(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _string(value: object) -> str:
    """Return a string that may be stored as a list of lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
