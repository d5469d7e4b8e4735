"""Load web pages as articles whose source is their address."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

from qa.errors import LoadError
from qa.loaders.base import DEFAULT_LIMITS, File, Limits, LoadFailure
from qa.loaders.registry import is_known_format, load_file
from qa.loaders.web.download import Download, download
from qa.types import Article

__all__ = ["WebPage", "is_address", "load_page"]

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_VAGUE = frozenset(("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/zip"))
"""Types that say less about a file than the suffix of its name."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page to fetch. ``allow_private`` allows hosts of this machine and its network."""

    url: str
    allow_private: bool = False


def is_address(text: str) -> bool:
    """Return whether a text is the address of a web page rather than a path."""
    return text.strip().lower().startswith(("https://", "http://"))


def load_page(
    page: WebPage, *, max_mb: int = 100, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Article | LoadFailure]:
    """Yield the articles of a web page. Their source is its address, without the fragment.

    :param max_mb: the largest page, in MiB.
    :param limits: the time for fetching it, and then what parsing may cost.
    :raises LoadError: if the page cannot be fetched, or contains no usable article.
    """
    try:
        parts = urlsplit(page.url.strip())
    except ValueError as error:  # a bracket that is no part of an IPv6 address
        raise LoadError(f"the address is not valid ({error}): check it") from None
    if parts.username or parts.password:
        raise LoadError("the address contains a password, which would be stored: take it out")
    source = urlunsplit(parts._replace(fragment=""))
    fetched = download(source, max_bytes=max_mb << 20, seconds=limits.seconds, allow_private=page.allow_private)
    name = _name(parts.path, fetched.content_type)
    path = urlunsplit((parts.scheme, parts.netloc, name, "", ""))
    for item in load_file(File(_with_charset(fetched), path, max_mb << 20, limits=limits)):
        yield (
            replace(item, source=source + item.source.removeprefix(path)) if item.source.startswith(path) else item
        )


def _name(path: str, content_type: str) -> str:
    """Return the path of an address with the suffix of the format that was sent.

    :raises LoadError: if the format is not known.
    """
    path = unquote(path).rstrip("/") or "/index"
    has_suffix = is_known_format(PurePosixPath(path).name)
    if has_suffix and content_type in _VAGUE:
        return path
    suffix = _SUFFIXES.get(content_type)
    if suffix is None and not has_suffix:
        raise LoadError(f"the server sent {content_type or 'no type'}, which is not a known format")
    return path if suffix is None or PurePosixPath(path).suffix.lower() == suffix else f"{path}{suffix}"


def _with_charset(fetched: Download) -> bytes:
    """Return the data; a text whose encoding the server declared gets the mark of UTF-8, which counts for more."""
    is_text = fetched.content_type.startswith("text/") and not fetched.data.lstrip().startswith(b"<?xml")
    if not is_text or not fetched.charset or fetched.data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE)):
        return fetched.data
    try:
        return fetched.data.decode(fetched.charset).encode("utf-8-sig")
    except (LookupError, UnicodeError):  # the server is wrong; the loader finds out
        return fetched.data
