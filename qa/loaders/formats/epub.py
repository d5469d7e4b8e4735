"""EPUB: the chapters in reading order, as the book's spine gives it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.fields import one_line, parse_date, parse_tags
from qa.loaders.rendering.markup import parse_xhtml, parse_xml, render
from qa.loaders.rendering.plain_text import TextBuilder
from qa.loaders.zipped import open_zip, read_member
from qa.types import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["load"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_METADATA = {"author": "creator", "publisher": "publisher", "language": "language", "description": "description"}


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole book.

    :raises LoadError: if the book is broken, protected or contains no text.
    """
    with open_zip(file) as archive:
        package_name, package = _package(archive, file.max_bytes)
        chapters = _chapters(package_name, package)
        if _encrypted(archive, file.max_bytes).intersection(chapters):
            raise LoadError("the book is copy-protected (DRM): add a copy without protection")
        builder = TextBuilder()
        for name in chapters:
            data = read_member(archive, name, file.max_bytes)
            if data.strip():
                render(parse_xhtml(data), builder)
    dates = (date for value in _values(package, "date") if (date := parse_date(value)))
    yield make_article(
        file,
        builder.text,
        next(iter(_values(package, "title")), ""),
        date=next(dates, None),
        headings=builder.headings,
        tags=parse_tags(_values(package, "subject")),
        metadata={key: ", ".join(_values(package, name)) for key, name in _METADATA.items()},
    )


def _package(archive: ZipFile, max_bytes: int) -> tuple[str, _Element]:
    """Return the name and the root element of the package document."""
    container = parse_xml(read_member(archive, _CONTAINER, max_bytes))
    name = next((path for element in container.iter("rootfile") if (path := element.get("full-path"))), None)
    if name is None:
        raise LoadError("the book is damaged (its container names no package): export it again")
    return name, parse_xml(read_member(archive, name, max_bytes))


def _chapters(package_name: str, package: _Element) -> list[str]:
    """Return the names of the chapters' members in reading order, without the navigation document."""
    items = {item.get("id"): item for item in package.iter("item")}
    names = []
    for reference in package.iter("itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        if "html" in (item.get("media-type") or "html"):
            names.append(_resolve(package_name, item.get("href") or ""))
    return list(dict.fromkeys(names))


def _resolve(base: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href.partition("#")[0])))


def _encrypted(archive: ZipFile, max_bytes: int) -> set[str]:
    if _ENCRYPTION not in archive.namelist():
        return set()
    references = parse_xml(read_member(archive, _ENCRYPTION, max_bytes)).iter("CipherReference")
    return {unquote(reference.get("URI") or "") for reference in references}


def _values(package: _Element, name: str) -> list[str]:
    texts = (one_line("".join(map(str, element.itertext()))) for element in package.iter(name))
    return [text for text in texts if text]
