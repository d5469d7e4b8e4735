"""The page that a citation is from, as a picture with the quote marked."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from io import BytesIO
from pathlib import Path

from qa.errors import LoadError
from qa.library.base import Library
from qa.loaders import File, LimitExceededError, Limits, QuoteOnPage, draw_in_worker, is_address, read_file
from qa.settings import Settings
from qa.types import FILE_SHA256, Article, Citation, PageImage

__all__ = ["PageImages", "has_pages"]

MAX_CACHED = 16
"""Pictures that are kept in memory, a few 100 kB each."""
_GONE = "the file is gone, or has changed since it was added; add it again to see its pages"
_TOO_MUCH = "drawing this page takes too much time or memory; open the file in a viewer"
_QUALITY = 80

_Key = tuple[str, QuoteOnPage]


def has_pages(article: Article) -> bool:
    """Return whether the article is a PDF, and a file of its own rather than a part of another or a web page."""
    source = article.source
    is_file = source.lower().endswith(".pdf") and "!/" not in source and not is_address(source)
    return is_file and FILE_SHA256 in article.metadata and bool(article.pages)


class PageImages:
    """Draws pages of the PDFs that the articles of a library were read from. Many threads may use it."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._max_bytes = settings.max_file_mb << 20
        self._limits = Limits(settings.max_load_mb, settings.max_load_seconds)
        self._cache: OrderedDict[_Key, PageImage | LoadError] = OrderedDict()
        self._lock = threading.Lock()

    def draw(self, citation: Citation) -> PageImage | None:
        """Return the page of a citation, or None if it is not on a page of a PDF.

        :raises LoadError: if the file is gone or has changed, or the page cannot be drawn.
        """
        article = self._library.get(citation.article_id)
        if article is None or citation.in_title or not has_pages(article):
            return None
        file = self._original(article)
        quote = _on_page(citation, article)
        key = article.metadata[FILE_SHA256], quote
        with self._lock:  # one page at a time, so that hostile ones do not take all workers
            if key not in self._cache:
                self._cache[key] = self._drawn(file, quote, article)
            self._cache.move_to_end(key)
            while len(self._cache) > MAX_CACHED:
                self._cache.popitem(last=False)
            result = self._cache[key]
        if isinstance(result, LoadError):
            raise LoadError(str(result))
        return result

    def _original(self, article: Article) -> File:
        """Return the very file that the article was read from, whether a copy was kept or it is where it was.

        The source of an article may be anyone's invention, so nothing is said about a file that is another one.

        :raises LoadError: if it is gone or has changed.
        """
        kept = self._library.kept_file(article.id)
        if kept is not None and _is_file_of(article, kept):
            return File(kept, article.source, self._max_bytes, limits=self._limits)
        path = Path(article.source)
        try:
            if path.is_absolute():
                file = read_file(path, self._max_bytes, self._limits)
                if _is_file_of(article, file.data):
                    return file
        except LoadError:
            pass
        raise LoadError(_GONE)

    def _drawn(self, file: File, quote: QuoteOnPage, article: Article) -> PageImage | LoadError:
        from PIL import Image

        try:
            picture = draw_in_worker(file, quote)
        except LimitExceededError:
            return LoadError(_TOO_MUCH)
        except LoadError as error:
            return error
        image, data = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels), BytesIO()
        image.save(data, "WEBP", quality=_QUALITY, method=2)
        marked = f"with “{quote.text}” marked" if picture.boxes else "without a mark"
        alt = f"Page {quote.page + 1} of {article.title or article.source}, {marked}"
        return PageImage(quote.page + 1, data.getvalue(), picture.width, picture.height, picture.boxes, alt)


def _is_file_of(article: Article, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == article.metadata[FILE_SHA256]


def _on_page(citation: Citation, article: Article) -> QuoteOnPage:
    """Return the part of a quote that stands on its first page."""
    page = (article.page_at(citation.start) or 1) - 1
    end = min((citation.end, *article.pages[page + 1 : page + 2]))
    text, suffix = citation.quote, citation.suffix
    if end < citation.end:
        text, suffix = citation.quote[: end - citation.start], ""
    return QuoteOnPage(page, text, citation.prefix, suffix, citation.box)
