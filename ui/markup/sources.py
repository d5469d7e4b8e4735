"""An article with its passage tinted and its quote marked."""

from __future__ import annotations

from qa.types import Article
from ui.markup.escaping import attribute, text
from ui.markup.wording import day, joined, origin, page_number

__all__ = ["Range", "source"]

Range = tuple[int, int]

MAX_CHARACTERS = 200_000  # of an article at once: enough for a book's chapter, and light for a browser


def source(article: Article, passage: Range | None = None, quote: Range | None = None, place: str = "") -> str:
    """Return an article with its passage tinted and its quote marked; both are half-open offsets.

    The text content of the element of class ``qw-text`` is the article's text, or, for a very long article, the
    stretch of it around the passage; that of ``mark`` is the quote.

    :param place: how the buttons that lead here name it.
    """
    first, last = _extent(article, passage or quote or (0, 0))
    low, high = passage or quote or (first, first)
    mark = quote or (high, high)
    low, high = min(low, mark[0]), max(high, mark[1])
    inner = _slice(article, low, mark[0])
    if quote:
        inner += f'<mark id="qw-mark">{text(article.text[quote[0] : quote[1]])}</mark>'
    inner += _slice(article, mark[1], high)
    tinted = f'<span class="qw-passage">{inner}</span>' if low < high else ""
    body = _slice(article, first, low) + tinted + _slice(article, high, last)
    page = article.page_at(mark[0]) if passage or quote else None
    facts = joined(
        day(article.date), page_number(page), f'<span class="qw-origin">{origin(article.source)}</span>'
    )
    return (
        f'<article class="qw-article" data-place="{attribute(place)}">'
        f'<header><h2 dir="auto">{text(article.title) or "Untitled"}</h2><p>{facts}</p></header>'
        f"{_cut(first > 0, 'The text before this is not shown.')}"
        f'<div class="qw-text" dir="auto">{body}</div>'
        f"{_cut(last < len(article.text), 'The text after this is not shown.')}</article>"
    )


def _extent(article: Article, around: Range) -> Range:
    """Return which stretch of the article is shown: all of it, or as much as a browser bears."""
    length = len(article.text)
    first = max(0, min(around[0] - MAX_CHARACTERS // 2, length - MAX_CHARACTERS))
    return first, min(length, max(first + MAX_CHARACTERS, around[1]))


def _slice(article: Article, start: int, end: int) -> str:
    """Return a stretch of the article's text with its headings set off."""
    pieces, at = [], start
    for heading in article.headings:
        low, high = max(heading.start, at), min(heading.end, end)
        if low < high:
            pieces.append(text(article.text[at:low]))
            pieces.append(f'<b class="qw-heading">{text(article.text[low:high])}</b>')
            at = high
    return "".join(pieces) + text(article.text[at:end])


def _cut(is_cut: bool, words: str) -> str:
    return f'<p class="qw-cut">{words}</p>' if is_cut else ""
