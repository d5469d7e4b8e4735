"""The talk: questions with their replies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from qa.export.escaping import html_attribute as attribute
from qa.export.escaping import html_text as text
from qa.feedback import Feedback
from qa.types import Answer, Citation, Reply, RetrievedPassage
from ui.markup.rating import rating
from ui.markup.wording import confidence_in_words, counted, day, folded, joined, page_number, titled

__all__ = ["render_conversation", "waiting"]

MAX_CITATIONS = 4  # shown at once; the others are folded away
MAX_NEAREST = 3
MAX_EXCERPT = 240  # characters


def render_conversation(
    replies: Sequence[Reply],
    pending: str = "",
    welcome: str = "",
    *,
    stage: str = "",
    key: str = "",
    verdicts: Mapping[int, Feedback] | None = None,
    filtered: bool = False,
) -> str:
    """Return the conversation.

    :param pending: a question that has no reply yet.
    :param welcome: HTML to show while nothing was asked.
    :param stage: what is being done about the pending question.
    :param key: what the browser's history knows the talk by.
    :param verdicts: what the visitor thinks of replies, by their number.
    :param filtered: whether some articles alone are asked.
    """
    given = verdicts or {}
    turns = [
        _turn(reply.question, _reply(number, reply, filtered) + rating(number, given.get(number)), reply.read_as)
        for number, reply in enumerate(replies)
    ]
    if pending:
        turns.append(_turn(pending, waiting(stage or "Searching the articles")))
    tools = _tools() if replies and not pending else ""
    inside = "".join(turns) + tools or welcome
    questions = json.dumps([reply.question for reply in replies])
    return (
        f'<div class="qw-talk" role="log" aria-live="off" aria-label="Conversation" '
        f'data-talk="{attribute(key)}" data-questions="{attribute(questions)}">{inside}</div>'
    )


def waiting(words: str) -> str:
    """Return what stands in the place of a reply until it comes."""
    return f'<p class="qw-waiting">{text(words)}</p>'


def _tools() -> str:
    buttons = (
        ('data-event="clear"', "New talk"),
        ('data-event="download" data-format="markdown"', "Save as Markdown"),
        ('data-event="download" data-format="json"', "Save as JSON"),
    )
    inside = "".join(f'<button type="button" class="qw-quiet" {data}>{label}</button>' for data, label in buttons)
    return f'<div class="qw-tools" role="group" aria-label="This talk">{inside}</div>'


def _turn(question: str, inside: str, read_as: str = "") -> str:
    understood = f'<p class="qw-read-as" dir="auto">read as: {text(read_as)}</p>' if read_as else ""
    return (
        f'<section class="qw-turn"><h2 class="qw-question" dir="auto">{text(question)}</h2>{understood}'
        f'<div class="qw-reply">{inside}</div></section>'
    )


def _reply(number: int, reply: Reply, filtered: bool) -> str:
    if reply.answer is None:
        return _abstention(number, reply, filtered)
    return _answer(number, 0, reply.answer, reply) + _others(number, reply, "Other answers", since=1)


def _answer(number: int, rank: int, answer: Answer, reply: Reply) -> str:
    reader = "" if rank else _reader(reply.reader)
    facts = joined(_sureness(answer, reply.calibrated), f"found in {counted(answer.support, 'article')}", reader)
    citations = [_citation(number, rank, place, c) for place, c in enumerate(answer.citations)]
    rest = citations[MAX_CITATIONS:]
    more = f'<ol start="{MAX_CITATIONS + 1}">{"".join(rest)}</ol>'
    return (
        f"{_sentence(answer.citations[0])}"
        f'<p class="qw-facts">{facts}</p>'
        f'<ol class="qw-citations">{"".join(citations[:MAX_CITATIONS])}</ol>'
        + (folded(counted(len(rest), "more place"), more) if rest else "")
    )


def _reader(name: str) -> str:
    return f"read by <bdi>{text(name)}</bdi>" if name else ""


def _sentence(citation: Citation) -> str:
    """Return the sentence of a quote, with the quote in bold."""
    sentence, start = citation.sentence, citation.start - citation.sentence_start
    end = start + len(citation.quote)
    return (
        f'<blockquote class="qw-sentence" dir="auto">{text(sentence[:start])}'
        f"<strong>{text(sentence[start:end])}</strong>{text(sentence[end:])}</blockquote>"
    )


def _sureness(answer: Answer, calibrated: bool) -> str:
    if not calibrated:
        return f'<span class="qw-sure">score {answer.confidence:.2f}, not calibrated</span>'
    percent = min(99, max(1, round(answer.confidence * 100)))
    level = "high" if answer.confidence >= 0.8 else "middle" if answer.confidence >= 0.6 else "low"
    return f'<span class="qw-sure qw-{level}">{confidence_in_words(answer.confidence)}, {percent}%</span>'


def _citation(number: int, rank: int, place: int, citation: Citation) -> str:
    title = f'<span class="qw-title">{titled(citation.title)}</span>'
    where = ", ".join(filter(None, (title, day(citation.date), page_number(citation.page))))
    return (
        f'<li><button type="button" class="qw-cite" data-place="citation:{number}:{rank}:{place}">'
        f'<span class="qw-number">{place + 1}</span><span>{where}</span></button></li>'
    )


def _others(number: int, reply: Reply, label: str, since: int) -> str:
    rows = "".join(
        f"<li>{_answer(number, rank, answer, reply)}</li>"
        for rank, answer in enumerate(reply.answers)
        if rank >= since
    )
    return folded(label, f'<ul class="qw-others">{rows}</ul>') if rows else ""


def _abstention(number: int, reply: Reply, filtered: bool) -> str:
    nearest = "".join(_nearest(number, rank, p) for rank, p in enumerate(reply.passages[:MAX_NEAREST]))
    reader = f" ({_reader(reply.reader)})" if reply.reader else ""
    wanted = f"{reply.min_confidence:.0%}" if reply.calibrated else f"a score of {reply.min_confidence:.2f}"
    hint = "Some articles alone were asked; take the filter away to ask them all. " if filtered else ""
    return (
        '<p class="qw-abstention">These articles do not seem to answer that.</p>'
        f'<p class="qw-facts">No answer reached {wanted}{reader}. {hint}'
        f"{'The nearest passages:' if nearest else 'Nothing in them comes near.'}</p>"
        f'<ul class="qw-nearest">{nearest}</ul>' + _others(number, reply, "Unsure answers", since=0)
    )


def _nearest(number: int, rank: int, found: RetrievedPassage) -> str:
    words = " ".join(found.text.split())
    excerpt = words if len(words) <= MAX_EXCERPT else words[:MAX_EXCERPT].rsplit(" ", 1)[0] + "…"
    return (
        f'<li><button type="button" data-place="passage:{number}:{rank}">'
        f'<span class="qw-title">{titled(found.context)}</span>'
        f'<span class="qw-excerpt" dir="auto">{text(excerpt)}</span></button></li>'
    )
