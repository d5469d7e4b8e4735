"""An article with its passage tinted and its quotes marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa.export.escaping import html_attribute as attribute
from qa.export.escaping import html_text as text
from qa.types import Article
from ui.markup.wording import day, joined, origin, page_number

__all__ = ["Range", "ReplyCitations", "render_article"]

Range = tuple[int, int]

MAX_CHARACTERS = 200_000  # of an article at once: enough for a book's chapter, and light for a browser


@dataclass(frozen=True, slots=True)
class ReplyCitations:
    """What else the reply of a citation leads to.

    :param places: everything that the reply cites, best first, and ``current``, which of these is shown.
    :param other_quotes: the other quotes of the reply in the same article, with their places.
    :param copies: what can be copied, by its name: the quote with its citation, in several formats.
    """

    places: Sequence[str] = ()
    current: int = 0
    other_quotes: Sequence[tuple[Range, str]] = ()
    copies: Mapping[str, str] = field(default_factory=dict)


def render_article(
    article: Article,
    passage: Range | None = None,
    quote: Range | None = None,
    place: str = "",
    citations: ReplyCitations | None = None,
) -> str:
    """Return an article with its passage tinted and its quote marked; both are half-open offsets.

    The text content of the element of class ``qw-text`` is the article's text, or, for a very long article, the
    stretch of it around the passage; that of ``mark`` is the quote. The other quotes of the reply, as far as they
    do not overlap it, are marked more lightly.

    :param place: how the buttons that lead here name it.
    """
    citations = citations or ReplyCitations()
    first, last = _extent(article, passage or quote or (0, 0))
    low, high = passage or quote or (first, first)
    main = quote or (high, high)
    low, high = min(low, main[0]), max(high, main[1])
    others = _apart([main], citations.other_quotes)

    def stretch(start: int, end: int) -> str:
        return _with_others(article, start, end, others)

    inner = stretch(low, main[0])
    if quote:
        inner += f'<mark id="qw-mark">{text(article.text[quote[0] : quote[1]])}</mark>'
    inner += stretch(main[1], high)
    tinted = f'<span class="qw-passage">{inner}</span>' if low < high else ""
    page = article.page_at(main[0]) if passage or quote else None
    return (
        f'<article class="qw-article" data-place="{attribute(place)}">{_head(article, page, citations)}'
        f"{_cut(first > 0, 'The text before this is not shown.')}"
        f'<div class="qw-text" dir="auto">{stretch(first, low)}{tinted}{stretch(high, last)}</div>'
        f"{_cut(last < len(article.text), 'The text after this is not shown.')}</article>"
    )


def _head(article: Article, page: int | None, citations: ReplyCitations) -> str:
    facts = joined(
        day(article.date), page_number(page), f'<span class="qw-origin">{origin(article.source)}</span>'
    )
    copies = "".join(
        f'<button type="button" class="qw-quiet" data-copy="{attribute(copied)}">{text(name)}</button>'
        for name, copied in citations.copies.items()
    )
    if copies:
        copies = (
            f'<span class="qw-copies" role="group" aria-label="Copy the quote"><span>Copy as</span>{copies}</span>'
        )
    only = (
        f'<button type="button" class="qw-quiet" data-action="only" data-article="{attribute(article.id)}">'
        "Ask this article alone</button>"
    )
    title = f'<h2 dir="auto" title="{attribute(article.title)}">{text(article.title) or "Untitled"}</h2>'
    return (
        f'<header><div class="qw-headline">{title}{_steps(citations)}</div>'
        f'<p>{facts}</p><div class="qw-tools">{copies}{only}</div></header>'
    )


def _steps(citations: ReplyCitations) -> str:
    """Return the buttons that lead to the previous and the next citation of the reply."""
    count = len(citations.places)
    if count < 2:
        return ""
    return (
        '<nav class="qw-walk" aria-label="Citations of this reply">'
        f"{_step(citations, citations.current - 1, 'Previous', '‹')}"
        f"<span>{citations.current + 1} of {count}</span>"
        f"{_step(citations, citations.current + 1, 'Next', '›')}</nav>"
    )


def _step(citations: ReplyCitations, to: int, label: str, sign: str) -> str:
    there = 0 <= to < len(citations.places)
    goal = f'data-place="{attribute(citations.places[to])}"' if there else "disabled"
    return (
        f'<button type="button" {goal} data-step="{label.lower()}" aria-label="{label} citation" '
        f'title="{label} citation">{sign}</button>'
    )


def _apart(taken: Sequence[Range], others: Sequence[tuple[Range, str]]) -> list[tuple[Range, str]]:
    """Return, by their start, those of the quotes that overlap nothing that is marked already."""
    marked = list(taken)
    kept = []
    for (start, end), place in others:
        if start < end and all(end <= low or high <= start for low, high in marked):
            marked.append((start, end))
            kept.append(((start, end), place))
    return sorted(kept)


def _with_others(article: Article, start: int, end: int, others: Sequence[tuple[Range, str]]) -> str:
    """Return a stretch of the article's text with the other quotes in it, or as much of each, marked lightly."""
    pieces, at = [], start
    for (low, high), place in others:
        low, high = max(low, at), min(high, end)  # noqa: PLW2901 - a quote may reach over the stretch
        if low < high:
            pieces.append(_slice(article, at, low))
            pieces.append(
                f'<span class="qw-also" data-place="{attribute(place)}" title="Also cited">'
                f"{_slice(article, low, high)}</span>"
            )
            at = high
    return "".join(pieces) + _slice(article, at, end)


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
