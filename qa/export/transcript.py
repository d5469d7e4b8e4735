"""A conversation to keep: as Markdown to read, and as JSON with all that is known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from qa.export.citations import quoted_sentence, where
from qa.export.escaping import markdown
from qa.types import Answer, Reply, RetrievedPassage

__all__ = ["confidence_text", "to_json", "to_markdown"]

FORMAT = "quotewell-conversation"
VERSION = 1
NEAREST = 3
EXCERPT_CHARACTERS = 300


def to_markdown(replies: Sequence[Reply]) -> str:
    """Return the conversation as CommonMark: questions, answers in their sentences, citations, confidence.

    What the articles and the visitor wrote is escaped: it is shown, and makes neither marks nor links nor HTML.
    """
    blocks = ["# Conversation"]
    for reply in replies:
        blocks.append(f"## {markdown(reply.question.strip())}")
        blocks += _read(reply)
        blocks += _answered(reply.answer, calibrated=reply.calibrated) if reply.answer else _abstained(reply)
    return "\n\n".join(blocks) + "\n"


def to_json(replies: Sequence[Reply]) -> str:
    """Return the conversation as JSON: ``format``, ``version`` and the ``replies`` as ``to_dict`` gives them."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "replies": [reply.to_dict() for reply in replies],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace").decode()


def confidence_text(confidence: float, *, calibrated: bool) -> str:
    """Return a confidence in words: a percentage only if it is a probability."""
    return f"{confidence:.0%} sure" if calibrated else f"score {confidence:.2f}, not calibrated"


def _read(reply: Reply) -> Iterator[str]:
    """Yield how the question was understood, and who read, where that is not as usual."""
    if reply.read_as:
        yield f"*Read as: {markdown(reply.read_as)}*"
    if reply.reader:
        yield f"*Read by {markdown(reply.reader)}.*"


def _answered(answer: Answer, *, calibrated: bool) -> Iterator[str]:
    found = f"found in {answer.support} articles" if answer.support > 1 else "found in 1 article"
    how_sure = confidence_text(answer.confidence, calibrated=calibrated)
    yield f"**{markdown(answer.text.strip())}** ({how_sure}, {found})"
    for number, citation in enumerate(answer.citations, 1):
        place = ", ".join(map(markdown, where(citation)))
        yield f"{number}. {quoted_sentence(citation)}\n   — {place}"


def _abstained(reply: Reply) -> Iterator[str]:
    yield "*No answer: these articles do not seem to answer that.*"
    if reply.answers:
        guess = reply.answers[0]
        wanted = f"{reply.min_confidence:.0%}" if reply.calibrated else f"{reply.min_confidence:.2f}"
        yield (
            f"The best guess is “{markdown(guess.text.strip())}” "
            f"({confidence_text(guess.confidence, calibrated=reply.calibrated)}; {wanted} was asked for)."
        )
    if reply.passages:
        yield "The nearest passages:"
        yield "\n".join(_nearest(found) for found in reply.passages[:NEAREST])


def _nearest(found: RetrievedPassage) -> str:
    excerpt = " ".join(found.text.split())
    if len(excerpt) > EXCERPT_CHARACTERS:
        excerpt = excerpt[:EXCERPT_CHARACTERS] + "…"
    context = f"*{markdown(found.context.strip())}*: " if found.context.strip() else ""
    return f"- {context}{markdown(excerpt)}"
