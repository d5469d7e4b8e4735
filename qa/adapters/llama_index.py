"""LlamaIndex: a retriever of passages, and a query engine that answers with quotes.

Install ``quotewell[llama-index]``.
"""

from __future__ import annotations

import asyncio

from qa.adapters.described import PassageMetadata, citation_metadata, reply_in_words, retrieve_described
from qa.adapters.extras import needs
from qa.assistant import Assistant
from qa.types import Filters

with needs("llama-index"):
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
    from llama_index.core.prompts.mixin import PromptMixinType
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

__all__ = ["QuotewellQueryEngine", "QuotewellRetriever"]


class QuotewellRetriever(BaseRetriever):
    """Retrieves passages as nodes. Their metadata say where each stands; the score lies between 0 and 1."""

    def __init__(self, assistant: Assistant, *, k: int = 10, filters: Filters | None = None) -> None:
        super().__init__()
        self._assistant = assistant
        self._k = k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = retrieve_described(self._assistant, query_bundle.query_str, self._k, self._filters)
        return [_node(str(each.id), each.text, metadata, each.score) for each, metadata in found]


class QuotewellQueryEngine(BaseQueryEngine):
    """Answers a query with a verbatim quote and its sources, or says that the articles do not answer it.

    The source nodes of the response are the sentences of the citations, with the confidence as their score. Its
    metadata are ``answer`` (the quote alone; None if it abstains), ``confidence`` and ``abstained``.
    """

    def __init__(
        self,
        assistant: Assistant,
        *,
        min_confidence: float | None = None,
        filters: Filters | None = None,
    ) -> None:
        super().__init__(callback_manager=None)
        self._assistant = assistant
        self._min_confidence = min_confidence
        self._filters = filters

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        reply = self._assistant.ask(
            query_bundle.query_str, min_confidence=self._min_confidence, filters=self._filters
        )
        answer = reply.answer
        citations = answer.citations if answer else reply.quotes
        metadata = {
            "answer": answer.text if answer else None,
            "confidence": answer.confidence if answer else None,
            "abstained": reply.abstained,
        }
        nodes = [
            _node(
                f"{each.article_id}:{each.start}-{each.end}",
                each.sentence,
                citation_metadata(each),
                answer.confidence if answer else None,
            )
            for each in citations
        ]
        return Response(reply_in_words(reply), nodes, metadata)

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _node(id_: str, text: str, metadata: PassageMetadata, score: float | None) -> NodeWithScore:
    return NodeWithScore(node=TextNode(id_=id_, text=text, metadata=dict(metadata)), score=score)
