"""Export a conversation: as Markdown for people, and as JSON with everything that the replies hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from qa.export.citations import location, quoted_sentence
from qa.export.escaping import markdown
from qa.export.timelines import timeline_in_words
from qa.types import Answer, Reply, RetrievedPassage

__all__ = ["confidence_text", "to_json", "to_markdown"]

FORMAT = "quotewell-conversation"
VERSION = 1
NEAREST = 3
EXCERPT_CHARACTERS = 300


def to_markdown(replies: Sequence[Reply]) -> str:
    """Return the conversation as CommonMark: questions, answers in their sentences, citations, confidence.

    The texts of articles and users are escaped: they are shown as they are, without formatting, links or HTML.
    """
    blocks = ["# Conversation"]
    for reply in replies:
        blocks.append(f"## {markdown(reply.question.strip())}")
        blocks += _question_notes(reply)
        blocks += _answered(reply.answer, calibrated=reply.calibrated) if reply.answer else _abstained(reply)
        if timeline := timeline_in_words(reply):
            blocks.append(markdown(timeline))
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
    support = f"found in {answer.support} articles" if answer.support > 1 else "found in 1 article"
    how_sure = confidence_text(answer, calibrated=calibrated)
    yield f"**{markdown(answer.text.strip())}** ({how_sure}, {support})"
    for number, citation in enumerate(answer.citations, 1):
        parts = ", ".join(map(markdown, location(citation)))
        yield f"{number}. {quoted_sentence(citation)}\n   — {parts}"


def _abstained(reply: Reply) -> Iterator[str]:
    yield "*No answer: these articles do not seem to answer that.*"
    if reply.answers:
        guess = reply.answers[0]
        wanted = f"{reply.min_confidence:.0%}" if reply.calibrated else f"{reply.min_confidence:.2f}"
        yield (
            f"The best guess is “{markdown(guess.text.strip())}” "
            f"({confidence_text(guess, calibrated=reply.calibrated)}; {wanted} was asked for)."
        )
    if reply.passages:
        yield "The nearest passages:"
        yield "\n".join(map(_nearest, reply.passages[:NEAREST]))


def _nearest(passage: RetrievedPassage) -> str:
    excerpt = " ".join(passage.text.split())
    if len(excerpt) > EXCERPT_CHARACTERS:
        excerpt = excerpt[:EXCERPT_CHARACTERS] + "…"
    context = f"*{markdown(passage.context.strip())}*: " if passage.context.strip() else ""
    return f"- {context}{markdown(excerpt)}"
