"""A conversation: questions that may lean on the one before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.types import Filters, Reply
from qa.words import content_words

if TYPE_CHECKING:
    from qa.assistant import Assistant, OnStage

__all__ = ["Chat", "leans_on_talk"]

PRONOUNS = re.compile(
    r"\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there|then)\b",
    re.IGNORECASE,
)
ELLIPSIS = re.compile(r"^\W*(?:and|but|so|also|what about|how about)\b", re.IGNORECASE)
OPENING = re.compile(r"^\W*(?:and|but|so|also|what about|how about)\b\W*", re.IGNORECASE)
FEW_WORDS = 1


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
        """Answer a question; one that leans on the talk before is searched together with the question before."""
        subject = self.replies[-1].question if self.replies and leans_on_talk(question) else ""
        reply = self._assistant.ask(
            question,
            min_confidence=min_confidence,
            filters=filters,
            passages=passages,
            subject=subject,
            on_stage=on_stage,
        )
        self.replies.append(reply)
        return reply


def leans_on_talk(question: str) -> bool:
    """Whether a question has a pronoun, an opening such as "and", or next to no content words of its own."""
    own = content_words(OPENING.sub("", question))
    return bool(PRONOUNS.search(question) or ELLIPSIS.search(question)) or len(own) < FEW_WORDS
