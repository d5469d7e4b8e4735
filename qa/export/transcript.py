"""Export a conversation: as Markdown for people, and as JSON with everything that the replies hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from qa.export.citations import extent_text, location, quoted_sentence, support_text
from qa.export.escaping import markdown
from qa.export.timelines import timeline_in_words
from qa.types import Answer, Citation, Reply

__all__ = ["confidence_text", "to_json", "to_markdown"]

FORMAT = "quotewell-conversation"
VERSION = 1


def to_markdown(replies: Sequence[Reply]) -> str:
    """Return the conversation as CommonMark: questions, answers in their sentences, citations, confidence.

    The texts of articles and users are escaped: they are shown as they are, without formatting, links or HTML.
    """
    blocks = ["# Conversation"]
    for reply in replies:
        blocks.append(f"## {markdown(reply.question.strip())}")
        blocks += _question_notes(reply)
        if reply.answer:
            blocks += _answered(reply.answer, calibrated=reply.calibrated)
        elif reply.answered_by_quotes:
            blocks.append("What the articles say:")
        else:
            blocks += _abstained(reply)
        if timeline := timeline_in_words(reply):
            blocks.append(markdown(timeline))
        blocks += _quoted(reply.quotes)
    return "\n\n".join(blocks) + "\n"


def to_json(replies: Sequence[Reply]) -> str:
    """Return the conversation as JSON: ``format``, ``version`` and the ``replies`` as ``to_dict`` returns them."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "replies": [reply.to_dict() for reply in replies],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace").decode()


def confidence_text(answer: Answer, *, calibrated: bool) -> str:
    """Return the confidence of an answer in words: a percentage only if it is a probability."""
    confidence = answer.confidence
    text = f"{confidence:.0%} sure" if calibrated else f"score {confidence:.2f}, not calibrated"
    return f"{text}, if OCR read it right" if answer.is_ocr else text


def _question_notes(reply: Reply) -> Iterator[str]:
    """Yield the rewritten question and the name of the reader, if they are not the usual ones."""
    if reply.read_as:
        yield f"*Read as: {markdown(reply.read_as)}*"
    if reply.reader:
        yield f"*Read by {markdown(reply.reader)}.*"


def _answered(answer: Answer, *, calibrated: bool) -> Iterator[str]:
    how_sure = confidence_text(answer, calibrated=calibrated)
    verdict = f"{answer.verdict.capitalize()}: " if answer.verdict else ""
    facts = [how_sure, support_text(answer), markdown(extent_text(answer))]
    yield f"{verdict}**{markdown(answer.text.strip())}** ({', '.join(filter(None, facts))})"
    if answer.parts:
        yield "\n".join(f"- {quoted_sentence(part)}\n  — {_location(part)}" for part in answer.parts)
    for number, citation in enumerate(answer.citations, 1):
        yield f"{number}. {quoted_sentence(citation)}\n   — {_location(citation)}"


def _abstained(reply: Reply) -> Iterator[str]:
    yield "*No answer: these articles do not seem to answer that.*"
    if reply.answers:
        guess = reply.answers[0]
        wanted = f"{reply.min_confidence:.0%}" if reply.calibrated else f"{reply.min_confidence:.2f}"
        yield (
            f"The best guess is “{markdown(guess.text.strip())}” "
            f"({confidence_text(guess, calibrated=reply.calibrated)}; {wanted} was asked for)."
        )
    if reply.quotes:
        yield "What comes closest:"


def _quoted(quotes: Sequence[Citation]) -> Iterator[str]:
    """Yield the quotes as a list, each with its location."""
    if quotes:
        yield "\n".join(f"- {markdown(quote.quote.strip())}\n  — {_location(quote)}" for quote in quotes)


def _location(citation: Citation) -> str:
    return ", ".join(map(markdown, location(citation)))
