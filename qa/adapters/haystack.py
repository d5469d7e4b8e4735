"""Haystack: a component that retrieves passages, and one that answers questions.

Install ``quotewell[haystack]``.
"""

from __future__ import annotations

import os
from typing import Any

from qa.adapters.described import citation_metadata, retrieve_described
from qa.adapters.extras import needs
from qa.assistant import Assistant
from qa.types import Citation, Filters

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")  # read at import

with needs("haystack"):
    from haystack import Document, ExtractedAnswer, component

__all__ = ["QuotewellAnswerer", "QuotewellRetriever"]


@component
class QuotewellRetriever:
    """Retrieves passages as documents. Their metadata say where each stands."""

    def __init__(self, assistant: Assistant, *, top_k: int = 10, filters: Filters | None = None) -> None:
        self.assistant = assistant
        self.top_k = top_k
        self.filters = filters

    @component.output_types(documents=list[Document])
    def run(self, query: str, top_k: int | None = None) -> dict[str, Any]:
        """Return the ``documents`` most likely to hold the answer, best first, with scores from 0 to 1."""
        found = retrieve_described(self.assistant, query, top_k or self.top_k, self.filters)
        documents = [
            Document(id=str(each.id), content=each.text, meta=dict(metadata), score=each.score)
            for each, metadata in found
        ]
        return {"documents": documents}


@component
class QuotewellAnswerer:
    """Answers questions with verbatim quotes.

    Unlike Haystack's own readers, it needs no documents: it retrieves from the library itself.
    """

    def __init__(
        self, assistant: Assistant, *, min_confidence: float | None = None, filters: Filters | None = None
    ) -> None:
        self.assistant = assistant
        self.min_confidence = min_confidence
        self.filters = filters

    def warm_up(self) -> None:
        """Load the models, which otherwise happens with the first question."""
        self.assistant.warm_up()

    @component.output_types(answers=list[ExtractedAnswer])
    def run(self, query: str) -> dict[str, Any]:
        """Return an answer for each citation of the best answer; none if no answer is sure enough.

        The score is the confidence. The document is the sentence of the quote, ``context_offset`` where the quote
        stands in it, ``document_offset`` the same; ``meta`` says where the quote stands in its article.
        """
        reply = self.assistant.ask(query, min_confidence=self.min_confidence, filters=self.filters)
        citations = reply.answer.citations if reply.answer else ()
        confidence = reply.answer.confidence if reply.answer else 0.0
        return {"answers": [_extracted(query, each, confidence) for each in citations]}


def _extracted(query: str, citation: Citation, confidence: float) -> ExtractedAnswer:
    meta = dict(citation_metadata(citation))
    start = citation.start - citation.sentence_start
    span = ExtractedAnswer.Span(start, start + len(citation.quote))
    return ExtractedAnswer(
        query=query,
        score=confidence,
        data=citation.quote,
        document=Document(content=citation.sentence, meta=meta),
        context=citation.sentence,
        document_offset=span,
        context_offset=span,
        meta=meta,
    )
