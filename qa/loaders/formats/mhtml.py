"""MHTML: a page that a browser saved with all that it shows, as a mail of several parts."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.encodings import declared_encoding, decode
from qa.loaders.formats.html import load_page
from qa.types import Article

__all__ = ["load"]

_PAGES = ("text/html", "application/xhtml+xml")


def load(file: File) -> Iterator[Article]:
    """Yield one article, that of the first page in the file; the others are its frames.

    :raises LoadError: if there is no page in it, or the page shows no text.
    """
    message = BytesParser().parsebytes(file.data)
    page = next((part for part in message.walk() if part.get_content_type() in _PAGES), None)
    data = None if page is None else page.get_payload(decode=True)
    if page is None or not isinstance(data, bytes):
        raise LoadError("there is no page in the file: save it again in your browser")
    yield load_page(file, decode(data, _charset(page) or declared_encoding(data)))


def _charset(part: Message) -> str:
    return part.get_content_charset() or ""
