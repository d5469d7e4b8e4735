"""PDF, by the layout of its pages and with the offset of each page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File, LoadFailure
from qa.loaders.fields import fallback_title, one_line, parse_date
from qa.loaders.layout.page_layout import lay_out
from qa.loaders.pdfium.document import Contents, read_document
from qa.types import Article, Heading

__all__ = ["load"]

MAX_SEARCHED = 100
"""How many times the whole text may be searched for bookmarks: thousands may point to one large page."""

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_JUNK_TITLE = re.compile(r"(?i)(untitled|title|document\d*|microsoft (word|powerpoint) - .*|.*\.\w{3,4})\Z")


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield one article, the whole document, and a failure for the pages that cannot be read.

    :raises LoadError: if the PDF is encrypted, broken or contains no text.
    """
    contents = read_document(file.data)
    composition = lay_out(contents.pages)
    text, pages = composition.text, composition.pages
    if not text.strip():
        raise LoadError(_no_text(contents))
    information = {key: one_line(_INVISIBLE.sub("", value)) for key, value in contents.information.items()}
    title = information.get("Title", "")
    yield make_article(
        file,
        text,
        # Headings are rarely the title of the document.
        title if title and not _JUNK_TITLE.match(title) else fallback_title(file.stem, text),
        date=parse_date(information.get("CreationDate")),
        headings=_headings(contents.bookmarks, text, pages) or composition.headings,
        pages=pages,
        metadata={name.lower(): information.get(name, "") for name in ("Author", "Subject", "Keywords")},
    )


def _no_text(contents: Contents) -> str:
    if contents.illegible:
        return "the fonts of the PDF do not say which letters they draw: run OCR on it first"
    return "the PDF contains no text, only images: run OCR on it first"


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
