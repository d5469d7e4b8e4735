"""PDF, with the offset of each page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.fields import fallback_title, one_line, parse_date
from qa.types import Article, Heading

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

__all__ = ["load"]

_LOCK = threading.Lock()  # PDFium is not thread-safe, not even between documents
MAX_SEARCHED = 100
"""How many times the whole text may be searched for bookmarks: thousands may point to one large page."""
_SEPARATOR = "\n\n"
_PASSWORD_ERROR = 4

# PDFium marks the hyphens at the ends of lines with U+FFFE (older versions U+0002) and joins the lines.
_LINE_END_HYPHEN = re.compile("[\ufffe\x02\xad](?:\r?\n)?")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\uffff\ud800-\udfff]")
_JUNK_TITLE = re.compile(r"(?i)(untitled|title|document\d*|microsoft (word|powerpoint) - .*|.*\.\w{3,4})\Z")


@dataclass(frozen=True, slots=True)
class _Contents:
    """What PDFium extracts: page texts, bookmarks as (title, page index, level), and document information."""

    pages: Sequence[str]
    bookmarks: Sequence[tuple[str, int, int]]
    information: Mapping[str, str]


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole document.

    :raises LoadError: if the PDF is encrypted, broken or contains no text.
    """
    contents = _extract(file.data)
    text, pages = _join(contents.pages)
    if not text.strip():
        raise LoadError("the PDF contains no text, only images: run OCR on it first")
    information = {key: one_line(_clean(value)) for key, value in contents.information.items()}
    title = information.get("Title", "")
    yield make_article(
        file,
        text,
        # Bookmarks become headings, but the first one is rarely the title.
        title if title and not _JUNK_TITLE.match(title) else fallback_title(file.stem, text),
        date=parse_date(information.get("CreationDate")),
        headings=_headings(contents.bookmarks, text, pages),
        pages=pages,
        metadata={name.lower(): information.get(name, "") for name in ("Author", "Subject", "Keywords")},
    )


def _extract(data: bytes) -> _Contents:
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_ERROR:
                raise LoadError("the PDF is encrypted: save a copy without a password and add that") from None
            raise LoadError("the file is broken, or not a PDF: open it in a viewer and save it again") from None
        try:
            pages = [_page_text(document, index) for index in range(len(document))]
            return _Contents(pages, _bookmarks(document), document.get_metadata_dict(skip_empty=True))
        finally:
            document.close()


def _page_text(document: PdfDocument, index: int) -> str:
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            return _clean(text_page.get_text_range())
        finally:
            text_page.close()
    finally:
        page.close()


def _bookmarks(document: PdfDocument) -> list[tuple[str, int, int]]:
    bookmarks = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        title = bookmark.get_title()
        if index is not None and title:
            bookmarks.append((title, index, bookmark.level))
    return bookmarks


def _clean(text: str) -> str:
    """Undo hyphenation at line ends, and drop invisible characters."""
    text = _LINE_END_HYPHEN.sub(_unhyphenate, text).replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text).strip()


def _unhyphenate(match: re.Match[str]) -> str:
    # Before a lower-case letter, typesetting added the hyphen; in COVID-19 and Anglo-Saxon it is part of the word.
    return "" if match.string[match.end() : match.end() + 1].islower() or match[0][0] == "\xad" else "-"


def _join(pages: Iterable[str]) -> tuple[str, tuple[int, ...]]:
    """Return the text of all pages, and the offset at which each starts.

    An empty page starts where the next one does.
    """
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for page in pages:
        gap = _SEPARATOR if parts else ""
        starts.append(length + len(gap))
        if page:
            parts.append(gap + page)
            length += len(parts[-1])
    return "".join(parts), tuple(min(start, length) for start in starts)


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
