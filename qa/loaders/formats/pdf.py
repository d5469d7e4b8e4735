"""PDF, by the layout of its pages and with the offset of each page."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Sequence

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.fields import fallback_title, one_line, parse_date
from qa.loaders.layout.geometry import Page
from qa.loaders.layout.page_layout import lay_out
from qa.loaders.ocr import INSTALL, LONGEST_SIDE, is_installed, places_of_lines, recognise
from qa.loaders.pdfium.document import Contents, read_document, render_pages
from qa.types import FILE_SHA256, Article, Heading

__all__ = ["load"]

_SHARE_OF_TIME = 0.6
"""The share of the file's time that OCR may take."""
MAX_SEARCHED = 100
"""How many times the whole text may be searched for bookmarks: thousands may point to one large page."""

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_JUNK_TITLE = re.compile(r"(?i)(untitled|title|document\d*|microsoft (word|powerpoint) - .*|.*\.\w{3,4})\Z")


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole document. Its scanned pages are read by OCR if that is installed.

    :raises LoadError: if the PDF is encrypted, broken or contains no text.
    """
    contents = read_document(file.data)
    scans = sorted([*contents.illegible, *contents.pictures])
    pages = list(contents.pages)
    if is_installed():
        for index, page in _recognised(file, scans):
            pages[index] = page
    composition = lay_out(pages)
    text = composition.text
    if not text.strip():
        raise LoadError(_no_text(contents))
    information = {key: one_line(_INVISIBLE.sub("", value)) for key, value in contents.information.items()}
    title = information.get("Title", "")
    metadata = {name.lower(): information.get(name, "") for name in ("Author", "Subject", "Keywords")}
    metadata["ocr_pages"] = " ".join(str(number) for number, page in enumerate(pages, 1) if page.is_ocr)
    metadata[FILE_SHA256] = hashlib.sha256(file.data).hexdigest()
    yield make_article(
        file,
        text,
        # Headings are rarely the title of the document.
        title if title and not _JUNK_TITLE.match(title) else fallback_title(file.stem, text),
        date=parse_date(information.get("CreationDate")),
        headings=_headings(contents.bookmarks, text, composition.pages) or composition.headings,
        pages=composition.pages,
        metadata=metadata,
        places=places_of_lines(composition, pages),
    )


def _recognised(file: File, indices: Sequence[int]) -> Iterator[tuple[int, Page]]:
    """Yield the scanned pages as OCR reads them, as many as there is time for."""
    end = time.monotonic() + _SHARE_OF_TIME * file.limits.seconds
    for index, picture in zip(indices, render_pages(file.data, indices, LONGEST_SIDE), strict=True):
        if time.monotonic() > end:
            return
        yield index, recognise(picture)


def _no_text(contents: Contents) -> str:
    advice = "run OCR on it first" if is_installed() else f"run OCR on it first, or {INSTALL}"
    if contents.illegible:
        return f"the fonts of the PDF do not say which letters they draw: {advice}"
    return f"the PDF contains no text, only images: {advice}"


def _headings(bookmarks: Iterable[tuple[str, int, int]], text: str, pages: Sequence[int]) -> list[Heading]:
    """Return the bookmarks whose words occur on the page they point to."""
    headings: dict[int, Heading] = {}
    ends = (*pages[1:], len(text))
    budget = MAX_SEARCHED * len(text)
    for title, page, level in bookmarks:
        words = r"\s+".join(map(re.escape, title.split()))
        if not words or not 0 <= page < len(pages) or budget < 0:
            continue
        budget -= ends[page] - pages[page]
        if match := re.compile(words).search(text, pages[page], ends[page]):
            headings.setdefault(match.start(), Heading(match.start(), match.end(), min(level + 1, 6)))
    return [headings[start] for start in sorted(headings)]
