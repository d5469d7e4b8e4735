"""Ratings of replies, stored in the library."""

from __future__ import annotations

import datetime as dt
import reprlib
from dataclasses import dataclass
from typing import Any, Literal, get_args

from qa.errors import QuestionError, SettingsError
from qa.types import Reply

__all__ = ["Feedback", "Verdict", "feedback_on"]

Verdict = Literal["good", "bad", "unanswerable"]
"""``good``: the answer is right, or the assistant abstained rightly. ``bad``: the answer is wrong, or missing.
``unanswerable``: the articles do not answer the question."""

MAX_COMMENT_CHARACTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A verdict on a reply, with what is needed to evaluate the question again.

    ``answer`` is None for an abstention. ``confidence`` is that of the best answer; None if there was no answer or
    the reader was not calibrated. ``context`` is the passage quoted or, for an abstention, the best one. It is a
    copy, so that the feedback outlives the article. ``context_start`` and ``start`` (of the answer) are offsets
    into the article's text.
    """

    id: int | None = None
    given_at: dt.datetime
    verdict: Verdict
    comment: str
    question: str
    answer: str | None
    confidence: float | None
    min_confidence: float
    article_id: str = ""
    source: str = ""
    title: str = ""
    start: int | None = None
    context: str = ""
    context_start: int = 0

    @property
    def is_impossible(self) -> bool:
        """Whether the verdict says that the articles do not answer the question."""
        return self.verdict == "unanswerable" or (self.verdict == "good" and self.answer is None)

    @property
    def answer_start(self) -> int | None:
        """Where the answer begins in ``context``; None if it is not there."""
        if self.answer is None or self.start is None:
            return None
        offset = self.start - self.context_start
        stands = offset >= 0 and self.context[offset : offset + len(self.answer)] == self.answer
        return offset if stands else None


def feedback_on(reply: Reply, verdict: Verdict, comment: str = "", replaces: Feedback | None = None) -> Feedback:
    """Return a verdict on a reply, given now, to be stored.

    :param replaces: the stored feedback that this one replaces.
    :raises SettingsError: if there is no such verdict.
    :raises QuestionError: if the comment is too long.
    """
    if verdict not in get_args(Verdict):
        raise SettingsError(f"the verdict must be one of {', '.join(get_args(Verdict))}, not {verdict!r}")
    if not isinstance(comment, str):
        raise QuestionError(f"the comment must be a string, not {reprlib.repr(comment)}")
    if len(comment) > MAX_COMMENT_CHARACTERS:
        raise QuestionError(f"the comment has {len(comment)} characters; write at most {MAX_COMMENT_CHARACTERS}")
    return Feedback(
        id=replaces.id if replaces else None,
        given_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        verdict=verdict,
        comment=comment.strip(),
        question=reply.question,
        answer=reply.answer.text if reply.answer else None,
        confidence=reply.answers[0].confidence if reply.answers and reply.calibrated else None,
        min_confidence=reply.min_confidence,
        **_place(reply),
    )


def _place(reply: Reply) -> dict[str, Any]:
    """Return the fields that say where the answer or, for an abstention, the best passage is."""
    texts = {passage.passage: passage.text for passage in reply.passages}
    if reply.answer:
        cited = reply.answer.citations[0]
        return {
            "article_id": cited.article_id,
            "source": cited.source,
            "title": cited.title,
            "start": cited.start,
            "context": texts.get(cited.passage, cited.sentence),
            "context_start": cited.passage.start if cited.passage in texts else cited.sentence_start,
        }
    if not reply.passages:
        return {}
    nearest = reply.passages[0]
    return {
        "article_id": nearest.passage.article_id,
        "title": nearest.context,
        "context": nearest.text,
        "context_start": nearest.passage.start,
    }
