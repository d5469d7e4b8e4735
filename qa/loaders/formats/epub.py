"""EPUB: the chapters in reading order, as the book's spine gives it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File, LoadFailure
from qa.loaders.fields import one_line, parse_date, parse_tags
from qa.loaders.formats.office.package import Package
from qa.loaders.rendering.markup import parse_xhtml, parse_xml, render
from qa.loaders.rendering.plain_text import TextBuilder
from qa.loaders.zipped import open_zip
from qa.types import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["load"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_METADATA = {"author": "creator", "publisher": "publisher", "language": "language", "description": "description"}
_PAGES = (".xhtml", ".html", ".htm", ".xml", ".xht")
_PAGE_TYPES = ("html", "oeb1-document", "dtbook")
_SHORT = 500
"""A page of contents has fewer characters besides its links."""


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield one article, the whole book, and a failure for each chapter that is missing from it.

    :raises LoadError: if the book is broken, protected or contains no text.
    """
    with open_zip(file) as archive:
        package = Package(archive, file.max_bytes)
        name, root = _package(archive, package)
        chapters = _chapters(archive, name, root)
        if any(package.is_same(one, other) for one in _encrypted(package) for other, _ in chapters):
            raise LoadError("the book is copy-protected (DRM): add a copy without protection")
        builder = TextBuilder()
        missing = list(_write(package, chapters, builder))
    dates = (date for value in _values(root, "date") if (date := parse_date(value)))
    if not builder.text.strip() and missing:
        raise LoadError(f"the book is damaged: {missing[0]!r} is missing from it; save it again")
    yield make_article(
        file,
        builder.text,
        next(iter(_values(root, "title")), ""),
        date=next(dates, None),
        headings=builder.headings,
        tags=parse_tags(_values(root, "subject")),
        metadata={key: ", ".join(_values(root, name)) for key, name in _METADATA.items()},
    )
    for chapter in missing:
        yield LoadFailure(f"{file.source}!/{chapter}", "the book lists this chapter but does not hold it", True)


def _write(package: Package, chapters: list[tuple[str, bool]], builder: TextBuilder) -> Iterator[str]:
    """Write the chapters, and yield the names of those that are missing. Pages of contents are left out."""
    for name, is_contents in chapters:
        data = package.data(name)
        if data is None:
            yield name
        elif data.strip():
            root = parse_xhtml(data)
            if is_contents and _is_short(root):
                continue
            render(root, builder)


def _is_short(root: _Element) -> bool:
    """Return whether there is little text besides links: else the page is called the contents by mistake."""
    for element in root.iter("a", "nav"):
        element.text = None
        for child in list(element):
            element.remove(child)
    page = TextBuilder()
    render(root, page)
    return len(page.text) < _SHORT


def _package(archive: ZipFile, package: Package) -> tuple[str, _Element]:
    """Return the name and the root of the package document; if none is named, of the first that there is."""
    data = package.data(_CONTAINER)
    named: list[str] = []
    with suppress(LoadError):  # there may be a package document all the same
        container = parse_xml(data or b"<container/>", recover=True)
        named = [path for element in container.iter("rootfile") if (path := element.get("full-path"))]
    for name in (*named, *(name for name in archive.namelist() if name.lower().endswith(".opf"))):
        data = package.data(name)
        if data is not None:
            return name.replace("\\", "/").lstrip("/"), parse_xml(data, recover=True)
    raise LoadError("the book is damaged (its package document is missing): export it again")


def _chapters(archive: ZipFile, package_name: str, package: _Element) -> list[tuple[str, bool]]:
    """Return the names of the chapters' members in reading order, each with whether it is called the contents.

    Without a spine, they come in the order of the manifest; without that, in the order of the archive.
    """
    items = {item.get("id"): item for item in package.iter("item")}
    spine = [items.get(reference.get("idref")) for reference in package.iter("itemref")]
    listed = [item for item in spine if item is not None and _is_page(item)]
    guide = (item.get("href") for item in package.iter("reference") if item.get("type") == "toc")
    contents = {_resolve(package_name, href or "") for href in guide}
    names: dict[str, bool] = {}
    for item in listed or [item for item in items.values() if _is_page(item)]:
        name = _resolve(package_name, item.get("href") or "")
        names.setdefault(name, name in contents or "nav" in (item.get("properties") or "").split())
    return list(names.items()) or [
        (name, False) for name in archive.namelist() if name.lower().endswith(_PAGES[:3])
    ]


def _is_page(item: _Element) -> bool:
    media_type, name = (item.get("media-type") or "").lower(), unquote(item.get("href") or "").lower()
    if any(kind in media_type for kind in _PAGE_TYPES):
        return True
    return name.partition("#")[0].endswith(_PAGES) and not media_type.startswith(
        ("image/", "application/x-dtbncx")
    )


def _resolve(base: str, href: str) -> str:
    path = unquote(href.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path)).lstrip("/")


def _encrypted(package: Package) -> set[str]:
    data = package.data(_ENCRYPTION)
    if data is None:
        return set()
    return {unquote(reference.get("URI") or "") for reference in parse_xml(data).iter("CipherReference")}


def _values(package: _Element, name: str) -> list[str]:
    texts = (one_line("".join(map(str, element.itertext()))) for element in package.iter(name))
    return [text for text in texts if text]
