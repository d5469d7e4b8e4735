"""DOCX: body, text boxes, tables, notes and equations, with all tracked changes accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import declared_encoding, decode
from qa.loaders.formats.documents.word_body import Body, WordParts
from qa.loaders.formats.documents.word_styles import WORD, Numbers, Styles
from qa.loaders.formats.office.drawings import write_drawing
from qa.loaders.formats.office.package import Package, Relationship, open_package
from qa.loaders.rendering.markup import parse_html, render
from qa.loaders.rendering.plain_text import PARAGRAPH, TextBuilder
from qa.types import Article

__all__ = ["load"]

_HTML = (".htm", ".html", ".xhtml")


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole document.

    :raises LoadError: if the document is encrypted, broken or contains no text.
    """
    package = open_package(file, "DOCX")
    name, root = package.main_part("word/document.xml", f"{WORD}document", "a Word document")
    builder = TextBuilder()
    body = Body(builder, _parts(package, name))
    body.write(root)
    properties = package.properties()
    yield make_article(
        file,
        builder.text,
        properties.title or body.title,
        date=properties.date,
        headings=builder.headings,
        tags=properties.tags,
        metadata=properties.metadata,
    )


def _parts(package: Package, name: str) -> WordParts:
    relations = package.relationships(name)
    styles = Styles(_only(package, relations, "styles"))

    def embed(relation: str, builder: TextBuilder) -> None:
        if relation in relations:
            _embed(package, relations[relation], builder)

    notes = {
        (kind, note.get(f"{WORD}id", "")): note
        for kind in ("footnote", "endnote")
        if (root := _only(package, relations, f"{kind}s")) is not None
        for note in root.iterfind(WORD + kind)
        if note.get(f"{WORD}type") in (None, "normal")  # separators have another type
    }
    return WordParts(styles, Numbers(_only(package, relations, "numbering"), styles), notes, embed)


def _only(package: Package, relations: dict[str, Relationship], kind: str) -> Any:
    """Return the root of the part of this kind, or None if there is none."""
    return next((package.xml(relation.target) for relation in relations.values() if relation.kind == kind), None)


def _embed(package: Package, relation: Relationship, builder: TextBuilder) -> None:
    """Write a chart, the data of a diagram, or an imported page or text."""
    if relation.kind in ("chart", "diagramData"):
        write_drawing(package.xml(relation.target), builder)
    elif relation.kind == "aFChunk":
        data = package.data(relation.target) or b""
        if relation.target.lower().endswith(_HTML):
            render(parse_html(decode(data, declared_encoding(data))), builder)
        elif relation.target.lower().endswith(".txt"):
            for line in decode(data).splitlines():
                builder.add(line)
                builder.end(PARAGRAPH)
