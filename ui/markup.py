"""All HTML of the chat is made here, and everything that comes from outside is escaped here.

Articles, titles, file names, questions and messages reach the page through :func:`text` alone.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence

from qa.types import AddReport, AddResult, Answer, Article, ArticleInfo, Citation, Reply, RetrievedPassage

__all__ = ["articles", "certainty", "greeting", "header", "message", "report", "source", "talk", "text"]

Range = tuple[int, int]

MAX_CITATIONS = 4  # shown at once; the others are folded away
MAX_NEAREST = 3
MAX_EXCERPT = 240  # characters
MAX_ROWS = 200
MAX_CHARACTERS = 200_000  # of an article at once: enough for a book's chapter, and light for a browser

NOT_HTML = re.compile("[\0\ud800-\udfff]")
# Controls that make text read in another order than it is stored in.
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]+")
CERTAINTY = ((0.95, "almost certain"), (0.8, "quite sure"), (0.6, "fairly sure"), (0.4, "not very sure"))
OUTCOMES = {"added": "Added", "updated": "Updated", "unchanged": "Unchanged", "failed": "Failed"}


def text(value: str) -> str:
    """Return any text as HTML that shows it and does nothing else.

    A parser that reads it back finds the same characters, with U+FFFD for those that HTML cannot hold. Controls
    that would reorder the text around them are shut in, so that a quote looks like what it is.
    """
    escaped = NOT_HTML.sub("\ufffd", html.escape(value)).replace("\r", "&#13;")
    return REORDERING.sub(lambda found: f'<bdi class="qw-control">{found[0]}</bdi>', escaped)


def certainty(confidence: float) -> str:
    """Return a confidence in words."""
    return next((words for least, words in CERTAINTY if confidence >= least), "a guess")


def header(count: int) -> str:
    """Return the head of the page, with the number of articles."""
    return (
        '<div class="qw-header"><h1>Quotewell</h1>'
        f"<p>Answers in the words of your articles. {_count(count, 'article')} in the library.</p></div>"
    )


def message(words: str) -> str:
    """Return a quiet remark, for a panel that has nothing else to show."""
    return f'<div class="qw-message"><p>{text(words)}</p></div>'


def greeting(count: int, examples: Sequence[str]) -> str:
    """Return what an empty talk shows: what can be asked, or that articles are needed first."""
    if not count:
        return (
            '<div class="qw-greeting"><h2>There are no articles yet</h2>'
            "<p>Add some under <b>Articles</b>, or drop files anywhere on this page.</p></div>"
        )
    buttons = "".join(
        f'<li><button type="button" data-question="{html.escape(example)}">{text(example)}</button></li>'
        for example in examples
    )
    return (
        '<div class="qw-greeting"><h2>Ask the articles</h2>'
        "<p>Every answer is a quote, and one click shows it in its article. "
        "When the articles do not say, neither does Quotewell.</p>"
        + (f'<ul class="qw-examples">{buttons}</ul>' if buttons else "")
        + "</div>"
    )


def talk(replies: Sequence[Reply], pending: str = "", welcome: str = "") -> str:
    """Return the conversation.

    :param pending: a question that has no reply yet.
    :param welcome: HTML to show while nothing was asked.
    """
    turns = [_turn(reply.question, _reply(number, reply), reply.read_as) for number, reply in enumerate(replies)]
    if pending:
        waiting = '<p class="qw-waiting" role="status">Searching and reading the articles</p>'
        turns.append(_turn(pending, waiting))
    inside = "".join(turns) or welcome
    return f'<div class="qw-talk" role="log" aria-live="polite" aria-label="Conversation">{inside}</div>'


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
    facts = _facts(_day(article.date), _page(page), f'<span class="qw-origin">{_origin(article.source)}</span>')
    return (
        f'<article class="qw-article" data-place="{html.escape(place)}">'
        f'<header><h2 dir="auto">{text(article.title) or "Untitled"}</h2><p>{facts}</p></header>'
        f"{_cut(first > 0, 'The text before this is not shown.')}"
        f'<div class="qw-text" dir="auto">{body}</div>'
        f"{_cut(last < len(article.text), 'The text after this is not shown.')}</article>"
    )


def articles(infos: Sequence[ArticleInfo]) -> str:
    """Return the list of the library's articles."""
    if not infos:
        return message("There are no articles yet. Drop files here or choose them.")
    rows = "".join(_article_row(info) for info in infos[:MAX_ROWS])
    return f'<ul class="qw-articles">{rows}</ul>{_more(len(infos) - MAX_ROWS, "article")}'


def report(added: AddReport) -> str:
    """Return what became of each file of an add, the failures first."""
    results = sorted(added.results, key=lambda result: result.outcome != "failed")
    rows = "".join(_result_row(result) for result in results[:MAX_ROWS])
    return (
        f'<div class="qw-report" role="status"><p><b>{text(str(added))}</b></p><ul>{rows}</ul>'
        f"{_more(len(results) - MAX_ROWS, 'file')}</div>"
    )


def _turn(question: str, inside: str, read_as: str = "") -> str:
    understood = f'<p class="qw-read-as" dir="auto">read as: {text(read_as)}</p>' if read_as else ""
    return (
        f'<section class="qw-turn"><h3 class="qw-question" dir="auto">{text(question)}</h3>{understood}'
        f'<div class="qw-reply">{inside}</div></section>'
    )


def _reply(number: int, reply: Reply) -> str:
    if reply.answer is None:
        return _abstention(number, reply)
    return _answer(number, 0, reply.answer) + _others(number, reply, "Other answers", since=1)


def _answer(number: int, rank: int, answer: Answer) -> str:
    facts = _facts(_sureness(answer), f"found in {_count(answer.support, 'article')}")
    citations = [_citation(number, rank, place, c) for place, c in enumerate(answer.citations)]
    rest = citations[MAX_CITATIONS:]
    more = f'<ol start="{MAX_CITATIONS + 1}">{"".join(rest)}</ol>'
    return (
        f"{_sentence(answer.citations[0])}"
        f'<p class="qw-facts">{facts}</p>'
        f'<ol class="qw-citations">{"".join(citations[:MAX_CITATIONS])}</ol>'
        + (_folded(_count(len(rest), "more place"), more) if rest else "")
    )


def _sentence(citation: Citation) -> str:
    """Return the sentence of a quote, with the quote in bold."""
    sentence, start = citation.sentence, citation.start - citation.sentence_start
    end = start + len(citation.quote)
    return (
        f'<blockquote class="qw-sentence" dir="auto">{text(sentence[:start])}'
        f"<strong>{text(sentence[start:end])}</strong>{text(sentence[end:])}</blockquote>"
    )


def _sureness(answer: Answer) -> str:
    percent = min(99, max(1, round(answer.confidence * 100)))
    level = "high" if answer.confidence >= 0.8 else "middle" if answer.confidence >= 0.6 else "low"
    return f'<span class="qw-sure qw-{level}">{certainty(answer.confidence)}, {percent}%</span>'


def _citation(number: int, rank: int, place: int, citation: Citation) -> str:
    title = f'<span class="qw-title">{_title(citation.title)}</span>'
    where = ", ".join(filter(None, (title, _day(citation.date), _page(citation.page))))
    return (
        f'<li><button type="button" class="qw-cite" data-place="citation:{number}:{rank}:{place}">'
        f'<span class="qw-number">{place + 1}</span><span>{where}</span></button></li>'
    )


def _others(number: int, reply: Reply, label: str, since: int) -> str:
    rows = "".join(
        f"<li>{_answer(number, rank, answer)}</li>" for rank, answer in enumerate(reply.answers) if rank >= since
    )
    return _folded(label, f'<ul class="qw-others">{rows}</ul>') if rows else ""


def _abstention(number: int, reply: Reply) -> str:
    nearest = "".join(_nearest(number, rank, p) for rank, p in enumerate(reply.passages[:MAX_NEAREST]))
    return (
        '<p class="qw-abstention">These articles do not seem to answer that.</p>'
        f'<p class="qw-facts">No answer reached {reply.min_confidence:.0%}. '
        f"{'The nearest passages:' if nearest else 'Nothing in them comes near.'}</p>"
        f'<ul class="qw-nearest">{nearest}</ul>' + _others(number, reply, "Unsure answers", since=0)
    )


def _nearest(number: int, rank: int, found: RetrievedPassage) -> str:
    words = " ".join(found.text.split())
    excerpt = words if len(words) <= MAX_EXCERPT else words[:MAX_EXCERPT].rsplit(" ", 1)[0] + "…"
    return (
        f'<li><button type="button" data-place="passage:{number}:{rank}">'
        f'<span class="qw-title">{_title(found.context)}</span>'
        f'<span class="qw-excerpt" dir="auto">{text(excerpt)}</span></button></li>'
    )


def _article_row(info: ArticleInfo) -> str:
    origin = text(_file_name(info.source))
    facts = _facts(
        _day(info.date), _count(info.passages, "passage"), *map(text, info.tags), f"<bdi>{origin}</bdi>"
    )
    return (
        f'<li><button type="button" data-place="article:{html.escape(info.id)}">'
        f'<span class="qw-title">{_title(info.title)}</span><span class="qw-facts">{facts}</span></button></li>'
    )


def _result_row(result: AddResult) -> str:
    detail = result.reason or (_count(result.passages, "passage") if result.passages else "")
    return (
        f'<li class="qw-{result.outcome}"><span class="qw-outcome">{OUTCOMES[result.outcome]}</span>'
        f"<bdi>{text(result.source)}</bdi><small>{text(detail)}</small></li>"
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


def _origin(origin: str) -> str:
    """Return where an article is from: a link when it is a web address, and the file's name for a path."""
    whole = html.escape(origin)
    if origin.startswith(("https://", "http://")):
        return f'<a href="{whole}" target="_blank" rel="noopener noreferrer">{text(origin)}</a>'
    return f'<bdi title="{whole}">{text(_file_name(origin))}</bdi>'


def _file_name(origin: str) -> str:
    return origin.rstrip("/").rpartition("/")[2]


def _facts(*facts: str) -> str:
    return '<span class="qw-dot"> · </span>'.join(filter(None, facts))


def _folded(label: str, inside: str) -> str:
    return f"<details><summary>{label}</summary>{inside}</details>"


def _cut(is_cut: bool, words: str) -> str:
    return f'<p class="qw-cut">{words}</p>' if is_cut else ""


def _more(count: int, noun: str) -> str:
    return f'<p class="qw-facts">and {_count(count, f"more {noun}")}</p>' if count > 0 else ""


def _title(title: str) -> str:
    return f"<bdi>{text(title or 'Untitled')}</bdi>"


def _day(day: dt.date | None) -> str:
    return f'<span class="qw-when">{day.day} {day:%B %Y}</span>' if day else ""


def _page(page: int | None) -> str:
    return f"page {page}" if page else ""


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
