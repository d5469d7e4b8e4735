"""The text of a reply for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from qa.cli.output import count, iso, one_line, style
from qa.export.citations import characters_text, extent_text, place_text, support_text
from qa.export.timelines import timeline_in_words
from qa.export.transcript import confidence_text
from qa.languages import is_foreign, language_name
from qa.types import Answer, Citation, Reply

__all__ = ["reply_text"]


def reply_text(reply: Reply) -> str:
    """Return the answer with its citations, the quotes that answer, or what comes closest to an answer.

    The first lines say how the question was read, if not as it was asked, and what a filter by date left out.
    """
    understood = [style(f"read as: {reply.read_as}", dim=True)] if reply.read_as else []
    if reply.undated_left_out:
        without_date = count(reply.undated_left_out, "article")
        understood.append(f"{without_date} without a date left out; --keep-undated searches them, too")
    if reply.answer:
        lines = [_answer_text(reply.answer, calibrated=reply.calibrated)]
        lines += [timeline_in_words(reply)] if reply.timeline else []
    elif reply.answered_by_quotes:
        lines = ["What the articles say:"]
    else:
        lines = [style("These articles do not seem to answer that.", fg="yellow")]
        if reply.answers:
            nearest = reply.answers[0]
            how_sure = confidence_text(nearest, calibrated=reply.calibrated)
            lines.append(f"The nearest answer ({how_sure}): {nearest.text!r}")
        if reply.quotes:
            lines.append("What comes closest:")
    return "\n".join([*understood, *lines, *_quotes_text(reply.quotes)])


def _quotes_text(quotes: Sequence[Citation]) -> Iterator[str]:
    """Yield quotes under the titles of their articles."""
    for _, group in groupby(quotes, key=lambda quote: quote.article_id):
        some = list(group)
        yield f"\n{style(_where(some[0]), dim=True)}"
        yield from (f"  {one_line(quote.quote)}" for quote in some)
        yield from (f"  {note}" for note in _language_notes(some[0]))


def _answer_text(answer: Answer, *, calibrated: bool) -> str:
    verdict = [style(answer.verdict.capitalize(), bold=True)] if answer.verdict else []
    parts = [
        f"{style(one_line(part.quote), bold=True, fg='green')}  {style(_where(part), dim=True)}"
        for part in answer.parts
    ]
    lines = [*verdict, *(parts or [style(answer.text, bold=True, fg="green")]), ""]
    for number, c in enumerate(answer.citations, 1):
        before, after = c.sentence[: c.start - c.sentence_start], c.sentence[c.end - c.sentence_start :]
        lines += [
            f"{style(f'[{number}]', fg='cyan')} {before}{style(c.quote, bold=True, underline=True)}{after}",
            style(f"    {_where(c)} ({one_line(c.source)}, {characters_text(c, '-')})", dim=True),
        ]
        lines += [f"    {note}" for note in _language_notes(c)]
    how_sure = confidence_text(answer, calibrated=calibrated)
    support = f", {support_text(answer)}" if len(answer.citations) > 1 else ""
    extent = f"; {whole}" if (whole := extent_text(answer)) else ""
    return "\n".join([*lines, "", how_sure + support + extent])


def _language_notes(citation: Citation) -> Iterator[str]:
    """Yield a warning if the article is not in English."""
    if is_foreign(citation.language):
        yield f"This article is in {language_name(citation.language)}; the reader is made for English."


def _where(citation: Citation) -> str:
    return ", ".join(part for part in (one_line(citation.title), iso(citation.date), place_text(citation)) if part)
