"""A conversation: questions that may lean on the ones before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.follow_ups import FollowUp, Turn, turn_of, understand
from qa.settings import MAX_QUESTION_CHARACTERS
from qa.types import Filters, Reply

if TYPE_CHECKING:
    from qa.assistant import Assistant, OnStage

__all__ = ["Chat"]

MEMORY = 3  # turns back that a pronoun can reach


class Chat:
    """A conversation with an assistant. Each conversation has its own history; nothing is shared."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.replies: list[Reply] = []

    def ask(
        self,
        question: str,
        *,
        min_confidence: float | None = None,
        filters: Filters | None = None,
        passages: int | None = None,
        on_stage: OnStage | None = None,
    ) -> Reply:
        """Answer a question; one that leans on the talk is read with what it leans on put in (``Reply.read_as``).

        A question that stands alone is answered as it would be without the talk.
        """
        reply = self._assistant.ask(
            question,
            min_confidence=min_confidence,
            filters=filters,
            passages=passages,
            follow_up=self.understand(question, filters),
            on_stage=on_stage,
        )
        self.replies.append(reply)
        return reply

    def understand(self, question: str, filters: Filters | None = None) -> FollowUp | None:
        """Return what a question means after what was said, or None when it stands alone."""
        if not self.replies or not 0 < len(question.strip()) <= MAX_QUESTION_CHARACTERS:
            return None
        found = self._assistant.retrieve(question, self._assistant.settings.passages, filters)
        answer = self.replies[-1].answer
        follow_up = understand(question, self._turns(), found, answer.citations[0].article_id if answer else None)
        too_long = follow_up and len(follow_up.read_as) > MAX_QUESTION_CHARACTERS
        return None if too_long else follow_up

    def _turns(self) -> list[Turn]:
        return [turn_of(reply, self._article(reply)) for reply in self.replies[-MEMORY:]]

    def _article(self, reply: Reply) -> str:
        if reply.answer is None:
            return ""
        article = self._assistant.library.get(reply.answer.citations[0].article_id)
        return article.text if article else ""
