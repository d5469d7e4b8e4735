"""A reply as a notebook shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qa.export.citations import location, support_text
from qa.export.templates import Templates
from qa.export.timelines import timeline_in_words
from qa.export.transcript import confidence_text
from qa.types import Citation, Reply

__all__ = ["reply_html"]


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A quote with the rest of its sentence, and where it stands."""

    before: str
    text: str
    after: str
    location: str


def reply_html(reply: Reply) -> str:
    """Return the answer in its sentence, its citations and how sure it is as HTML, with all text escaped."""
    answer, nearest = reply.answer, ""
    if reply.abstained and reply.answers:
        guess = reply.answers[0]
        nearest = f"The nearest answer ({confidence_text(guess, calibrated=reply.calibrated)}): {guess.text}"
    how_sure = f"{confidence_text(answer, calibrated=reply.calibrated)}, {support_text(answer)}" if answer else ""
    return _templates().render(
        "reply.html",
        read_as=reply.read_as,
        headline=_headline(reply),
        nearest=nearest,
        answers=_quoted(answer.parts or answer.citations) if answer else [],
        how_sure=how_sure,
        timeline=timeline_in_words(reply),
        quotes=_quoted(reply.quotes),
    )


def _headline(reply: Reply) -> str:
    if reply.abstained:
        return "These articles do not seem to answer that."
    if reply.answer is None:
        return "What the articles say:"
    if reply.answer.verdict:
        return f"{reply.answer.verdict.capitalize()}."
    return "; ".join(part.quote for part in reply.answer.parts) or reply.answer.text


def _quoted(citations: Iterable[Citation]) -> list[_Quoted]:
    quoted = []
    for one in citations:
        start, end = one.start - one.sentence_start, one.end - one.sentence_start
        quoted.append(_Quoted(one.sentence[:start], one.quote, one.sentence[end:], ", ".join(location(one))))
    return quoted


@cache
def _templates() -> Templates:
    return Templates(Path(__file__).parent)
