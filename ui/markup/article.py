"""An article with its passage tinted and its quotes marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qa.page_images import has_pages
from qa.types import Article, PageImage
from ui.markup.rendering import render

__all__ = ["Range", "ReplyCitations", "render_article", "render_no_page_image", "render_page_image"]

Range = tuple[int, int]
"""Half-open offsets into the text of an article."""

MAX_CHARACTERS = 200_000  # a long chapter of a book; browsers show it without delay


@dataclass(frozen=True, slots=True)
class ReplyCitations:
    """All citations of a reply, and which of them is shown.

    A *place* names a citation: the page's buttons send it, and the app shows the article for it.

    :param places: the places of all citations, best first.
    :param current: the index of the citation that is shown.
    :param other_quotes: the other quotes of the reply in the same article, each with its place.
    :param copies: texts to copy, by the name of their format.
    """

    places: Sequence[str] = ()
    current: int = 0
    other_quotes: Sequence[tuple[Range, str]] = ()
    copies: Mapping[str, str] = field(default_factory=dict)

    @property
    def previous(self) -> str | None:
        """The place before the current one; None at the first."""
        return self.places[self.current - 1] if self.current else None

    @property
    def following(self) -> str | None:
        """The place after the current one; None at the last."""
        return self.places[self.current + 1] if self.current + 1 < len(self.places) else None


class _Segment(NamedTuple):
    """A stretch of an article's text that belongs to one quote, or to none: then ``place`` is empty.

    ``pieces`` are its text, cut where a heading begins or ends; each says whether it is one.
    """

    pieces: Sequence[tuple[str, bool]]
    place: str = ""


def render_article(
    article: Article,
    passage: Range | None = None,
    quote: Range | None = None,
    place: str = "",
    citations: ReplyCitations | None = None,
    in_title: Range = (0, 0),
) -> str:
    """Return an article with its passage tinted and its quote marked.

    The text content of the ``qw-text`` element is the article's text or, if the article is very long, the part
    around the passage; the text content of ``mark`` is the quote. The other quotes of the reply are marked more
    lightly, except for those that overlap it.

    :param place: how the buttons that lead here name this place.
    :param in_title: the offsets of a quote in the title.
    """
    citations = citations or ReplyCitations()
    first, last = _visible_range(article, passage or quote or (0, 0))
    low, high = passage or quote or (first, first)
    main = quote or (high, high)
    low, high = min(low, main[0]), max(high, main[1])
    others = _without_overlaps(main, citations.other_quotes)
    return render(
        "article.html",
        article=article,
        title_parts=_title_parts(article.title, in_title),
        original_place=article.place_at(main[0]) if passage or quote else "",
        page=article.page_at(main[0]) if quote and has_pages(article) else None,
        place=place,
        citations=citations,
        is_cut_before=first > 0,
        is_cut_after=last < len(article.text),
        has_passage=low < high,
        before=_segments(article, first, low, others),
        passage_before=_segments(article, low, main[0], others),
        quote=article.text[slice(*quote)] if quote else None,
        passage_after=_segments(article, main[1], high, others),
        after=_segments(article, high, last, others),
    )


def render_page_image(image: PageImage) -> str:
    """Return the page of a citation as a picture, to stand in place of the text."""
    note = "" if image.boxes else "The quote was not found on this page, so it is not marked."
    spot = [100 * edge for edge in image.boxes[0][:2]] if image.boxes else []
    return render("page_image.html", image=image, note=note, spot=spot)


def render_no_page_image(reason: str) -> str:
    """Return the line that says why there is no picture of the page."""
    return render("page_image.html", image=None, note=f"No picture of the page: {reason}.", spot=[])


def _title_parts(title: str, quote: Range) -> tuple[str, str, str]:
    """Return what is before the quote in a title, the quote and what is after it."""
    start, end = quote
    return title[:start], title[start:end], title[end:]


def _without_overlaps(main: Range, quotes: Sequence[tuple[Range, str]]) -> list[tuple[Range, str]]:
    """Return the quotes that overlap neither the main one nor a quote before them in the list, in text order."""
    marked = [main]
    separate = []
    for (start, end), place in quotes:
        if start < end and all(end <= low or high <= start for low, high in marked):
            marked.append((start, end))
            separate.append(((start, end), place))
    return sorted(separate)


def _segments(article: Article, start: int, end: int, quotes: Sequence[tuple[Range, str]]) -> list[_Segment]:
    """Return a stretch of the text, cut where a quote begins or ends; a quote may extend beyond the stretch."""
    segments, position = [], start
    for (quote_start, quote_end), place in quotes:
        low, high = max(quote_start, position), min(quote_end, end)
        if low < high:
            segments += [_Segment(_pieces(article, position, low)), _Segment(_pieces(article, low, high), place)]
            position = high
    return [*segments, _Segment(_pieces(article, position, end))]


def _pieces(article: Article, start: int, end: int) -> list[tuple[str, bool]]:
    """Return a stretch of the text, cut where a heading begins or ends."""
    pieces, position = [], start
    for heading in article.headings:
        low, high = max(heading.start, position), min(heading.end, end)
        if low < high:
            pieces += [(article.text[position:low], False), (article.text[low:high], True)]
            position = high
    return [*pieces, (article.text[position:end], False)]


def _visible_range(article: Article, passage: Range) -> Range:
    """Return the part of the article to show: all of it, or as much around the passage as a browser can take."""
    length = len(article.text)
    first = max(0, min(passage[0] - MAX_CHARACTERS // 2, length - MAX_CHARACTERS))
    return first, min(length, max(first + MAX_CHARACTERS, passage[1]))
