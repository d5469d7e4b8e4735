"""LangChain: a retriever of passages, and a tool that answers questions.

Install ``quotewell[langchain]``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.adapters.described import reply_in_words, retrieve_described
from qa.adapters.extras import needs
from qa.assistant import Assistant
from qa.types import Filters

with needs("langchain"):
    from langchain_core.callbacks import CallbackManagerForRetrieverRun, CallbackManagerForToolRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.tools import BaseTool

__all__ = ["QuotewellRetriever", "QuotewellTool"]


class QuotewellRetriever(BaseRetriever):
    """Retrieves passages as documents. Their metadata say where each stands, and its score from 0 to 1."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = 10
    filters: Filters | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        found = retrieve_described(self.assistant, query, self.k, self.filters)
        return [Document(each.text, id=str(each.id), metadata=dict(metadata)) for each, metadata in found]


class QuestionInput(BaseModel):
    """What a language model gives to :class:`QuotewellTool`."""

    question: str = Field(description="the question, complete in itself")


class QuotewellTool(BaseTool):
    """Answers a question with a verbatim quote and its sources, or says that the articles do not answer it.

    The artifact of the tool's message is the :class:`~qa.types.Reply`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str = "quotewell"
    description: str = (
        "Answers a question from a collection of articles with a verbatim quote, its sources and a confidence, "
        "or says that the articles do not answer it. Quote the answer as it is."
    )
    args_schema: type[BaseModel] = QuestionInput
    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    assistant: Assistant
    min_confidence: float | None = None
    filters: Filters | None = None

    def _run(
        self,
        question: str,
        run_manager: CallbackManagerForToolRun | None = None,  # noqa: ARG002
    ) -> tuple[str, Any]:
        reply = self.assistant.ask(question, min_confidence=self.min_confidence, filters=self.filters)
        return reply_in_words(reply), reply
