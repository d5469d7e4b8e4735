"""A conversation, in which a question can follow up on the ones before."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.pipeline import AnswerPipeline, OnStage, check_filters
from qa.follow_ups import FollowUp, Turn, build_turn, resolve_follow_up
from qa.types import MAX_QUESTION_CHARACTERS, Filters, Reply, RetrievedPassage
from qa.types.validation import check_count

__all__ = ["Chat"]

TURNS = 3  # how many turns back a pronoun can reach


class Chat:
    """A conversation with an assistant. It has its own history and shares nothing with other conversations."""

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
        """Answer a question. A follow-up question is rewritten first (``Reply.read_as``).

        A question that is complete in itself gets the same answer as outside the conversation. The parameters are
        those of :meth:`Assistant.ask`.
        """
        retrieved = self._retrieve(question, passages, filters)
        reply = self._pipeline.answer(
            question,
            min_confidence=min_confidence,
            filters=filters,
            passages=passages,
            follow_up=None if retrieved is None else self._resolve(question, retrieved),
            retrieved=retrieved,
            reader=reader,
            on_stage=on_stage,
        )
        self.replies.append(reply)
        return reply

    def understand(self, question: str, filters: Filters | None = None) -> FollowUp | None:
        """Return a follow-up question rewritten, or None if the question stands alone."""
        retrieved = self._retrieve(question, None, filters)
        return None if retrieved is None else self._resolve(question, retrieved)

    def _retrieve(
        self, question: str, passages: int | None, filters: Filters | None
    ) -> list[RetrievedPassage] | None:
        """Return the passages for the question as it was asked; None if there is nothing to follow up on."""
        if not self.replies or not isinstance(question, str):
            return None  # the pipeline refuses what is not a string
        question = question.strip()
        if not 0 < len(question) <= MAX_QUESTION_CHARACTERS:
            return None
        check_filters(filters)
        if passages is not None:
            check_count("passages", passages)
        return self._pipeline.retrieve(question, max(passages or 0, self._pipeline.settings.passages), filters)

    def _resolve(self, question: str, retrieved: Sequence[RetrievedPassage]) -> FollowUp | None:
        passages = retrieved[: self._pipeline.settings.passages]
        answer = self.replies[-1].answer
        article_id = answer.citations[0].article_id if answer else None
        follow_up = resolve_follow_up(question, self._turns(), passages, article_id)
        is_too_long = follow_up and len(follow_up.read_as) > MAX_QUESTION_CHARACTERS
        return None if is_too_long else follow_up

    def _turns(self) -> list[Turn]:
        return [build_turn(reply, self._article(reply)) for reply in self.replies[-TURNS:]]

    def _article(self, reply: Reply) -> str:
        if reply.answer is None:
            return ""
        article = self._pipeline.library.get(reply.answer.citations[0].article_id)
        return article.text if article else ""
