"""Passages and replies in the plain terms of other frameworks: metadata, and text for a language model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.assistant import Assistant
from qa.export.citations import location
from qa.export.transcript import confidence_text
from qa.types import Citation, Filters, Reply, RetrievedPassage

__all__ = ["PassageMetadata", "citation_metadata", "reply_in_words", "retrieve_described"]

PassageMetadata = Mapping[str, Any]
"""``article_id``, ``title``, ``source``, ``date`` (ISO, or empty), ``start``, ``end`` and ``score``."""
MAX_CITATIONS = 3


def retrieve_described(
    assistant: Assistant, question: str, k: int, filters: Filters | None
) -> list[tuple[RetrievedPassage, PassageMetadata]]:
    """Return the k best passages, each with what the library knows about its article."""
    found = assistant.retrieve(question, k, filters)
    ids = tuple({each.passage.article_id for each in found})
    infos = {info.id: info for info in assistant.articles(Filters(articles=ids))} if ids else {}
    described: list[tuple[RetrievedPassage, PassageMetadata]] = []
    for each in found:
        info = infos.get(each.passage.article_id)
        if info is None:  # the article was removed a moment ago
            continue
        metadata = {
            "article_id": info.id,
            "title": info.title,
            "source": info.source,
            "date": info.date.isoformat() if info.date else "",
            "start": each.passage.start,
            "end": each.passage.end,
            "score": each.score,
        }
        described.append((each, metadata))
    return described


def citation_metadata(citation: Citation) -> PassageMetadata:
    """Return what is known about the article of a quote, and where the quote stands."""
    return {
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "date": citation.date.isoformat() if citation.date else "",
        "start": citation.start,
        "end": citation.end,
    }


def reply_in_words(reply: Reply) -> str:
    """Return the reply as plain text: the answer with its sentences, quotes, or that there is no answer."""
    return "\n".join(_lines(reply))


def _lines(reply: Reply) -> Iterator[str]:
    if reply.answer:
        answer = reply.answer
        yield f"{answer.text} ({confidence_text(answer, calibrated=reply.calibrated)})"
        yield from _quoted(answer.parts or answer.citations[:MAX_CITATIONS])
    elif reply.answered_by_quotes:
        yield "What the articles say:"
    else:
        yield "The articles do not seem to answer that."
        if reply.quotes:
            yield "What comes closest:"
    yield from _quoted(reply.quotes)


def _quoted(citations: Sequence[Citation]) -> Iterator[str]:
    for citation in citations:
        yield f"- “{' '.join(citation.sentence.split())}” ({', '.join(location(citation))})"
