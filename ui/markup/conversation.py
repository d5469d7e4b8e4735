"""The conversation: questions and their replies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from qa.feedback import Feedback, Verdict
from qa.types import Reply
from ui.markup.rendering import render
from ui.state import Aside

__all__ = ["render_conversation"]

MAX_CITATIONS = 4  # of an answer; the others are collapsed
MAX_NEAREST = 3  # passages shown if the reply abstains
COMMENT_PROMPTS: Mapping[Verdict, str] = {
    "good": "What was good about it?",
    "bad": "What is the right answer?",
    "unanswerable": "What is missing from the articles?",
}


def render_conversation(
    replies: Sequence[Reply],
    pending: str = "",
    welcome: str = "",
    *,
    stage: str = "",
    key: str = "",
    verdicts: Mapping[int, Feedback] | None = None,
    asides: Sequence[Aside] = (),
    filtered: bool = False,
) -> str:
    """Return the conversation.

    :param pending: a question that is being answered.
    :param welcome: HTML to show until the first question.
    :param stage: the current stage of answering the pending question.
    :param key: the conversation's key in the browser's history.
    :param verdicts: the visitor's verdicts, by the number of the reply.
    :param asides: the small talk between the replies.
    :param filtered: whether filters are active.
    """
    return render(
        "conversation.html",
        replies=replies,
        questions=json.dumps([reply.question for reply in replies]),
        pending=pending,
        stage=stage or "Searching the articles",
        welcome=welcome,
        key=key,
        verdicts=verdicts or {},
        asides=asides,
        filtered=filtered,
        comment_prompts=COMMENT_PROMPTS,
        max_citations=MAX_CITATIONS,
        max_nearest=MAX_NEAREST,
    )
