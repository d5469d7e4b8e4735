"""A conversation: questions that may lean on the ones before."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.pipeline import AnswerPipeline, OnStage
from qa.follow_ups import FollowUp, Turn, turn_of, understand
from qa.types import MAX_QUESTION_CHARACTERS, Filters, Reply, RetrievedPassage

__all__ = ["Chat"]

MEMORY = 3  # turns back that a pronoun can reach


class Chat:
    """A conversation with an assistant. Each conversation has its own history; nothing is shared."""

    def __init__(self, pipeline: AnswerPipeline) -> None:
        self._pipeline = pipeline
        self.replies: list[Reply] = []

    def ask(
        self,
        question: str,
        *,
        min_confidence: float | None = None,
        filters: Filters | None = None,
        passages: int | None = None,
        reader: str = "",
        on_stage: OnStage | None = None,
    ) -> Reply:
        """Answer a question; one that leans on the talk is read with what it leans on put in (``Reply.read_as``).

        A question that stands alone is answered as it would be without the talk.
        """
        found = self._found(question, passages, filters)
        reply = self._pipeline.answer(
            question,
            min_confidence=min_confidence,
            filters=filters,
            passages=passages,
            follow_up=None if found is None else self._understood(question, found),
            retrieved=found,
            reader=reader,
            on_stage=on_stage,
        )
        self.replies.append(reply)
        return reply

    def understand(self, question: str, filters: Filters | None = None) -> FollowUp | None:
        """Return what a question means after what was said, or None when it stands alone."""
        found = self._found(question, None, filters)
        return None if found is None else self._understood(question, found)

    def _found(
        self, question: str, passages: int | None, filters: Filters | None
    ) -> list[RetrievedPassage] | None:
        """Return what the question finds by itself; None when it cannot lean on anything."""
        question = question.strip()
        if not self.replies or not 0 < len(question) <= MAX_QUESTION_CHARACTERS:
            return None
        return self._pipeline.retrieve(question, max(passages or 0, self._pipeline.settings.passages), filters)

    def _understood(self, question: str, found: Sequence[RetrievedPassage]) -> FollowUp | None:
        found = found[: self._pipeline.settings.passages]
        answer = self.replies[-1].answer
        follow_up = understand(question, self._turns(), found, answer.citations[0].article_id if answer else None)
        too_long = follow_up and len(follow_up.read_as) > MAX_QUESTION_CHARACTERS
        return None if too_long else follow_up

    def _turns(self) -> list[Turn]:
        return [turn_of(reply, self._article(reply)) for reply in self.replies[-MEMORY:]]

    def _article(self, reply: Reply) -> str:
        if reply.answer is None:
            return ""
        article = self._pipeline.library.get(reply.answer.citations[0].article_id)
        return article.text if article else ""
