"""What readers thought of replies: kept in the library, and exported as questions to evaluate with."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from qa.errors import QuestionError, SettingsError
from qa.library.exporting import replacing
from qa.types import Reply

__all__ = ["Feedback", "Verdict", "export_squad", "feedback_on", "to_squad"]

Verdict = Literal["good", "bad", "unanswerable"]
"""``good``: the answer is right or, where there is none, rightly so. ``bad``: it is wrong, or there should be one.
``unanswerable``: the articles do not answer the question at all."""

MAX_COMMENT_CHARACTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A verdict on a reply, and of the reply what makes a question to evaluate with.

    ``answer`` is None for an abstention; ``confidence`` is that of the best answer, None when there was none.
    ``context`` is the passage that was quoted or, for an abstention, that came first: copied, so that the feedback
    outlives the article. ``context_start`` and ``start``, of the answer, are offsets into the article's text.
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
        """Whether the reader says that the articles do not answer the question."""
        return self.verdict == "unanswerable" or (self.verdict == "good" and self.answer is None)

    @property
    def answer_start(self) -> int | None:
        """Where the answer begins in ``context``; None when it does not stand there."""
        if self.answer is None or self.start is None:
            return None
        offset = self.start - self.context_start
        stands = offset >= 0 and self.context[offset : offset + len(self.answer)] == self.answer
        return offset if stands else None


def feedback_on(reply: Reply, verdict: Verdict, comment: str = "", replaces: Feedback | None = None) -> Feedback:
    """Return a verdict on a reply, of now, ready to be stored.

    :param replaces: the feedback, as it was stored, that this one takes the place of.
    :raises SettingsError: when there is no such verdict.
    :raises QuestionError: when the comment is too long.
    """
    if verdict not in get_args(Verdict):
        raise SettingsError(f"the verdict must be one of {', '.join(get_args(Verdict))}, not {verdict!r}")
    if len(comment) > MAX_COMMENT_CHARACTERS:
        raise QuestionError(f"the comment has {len(comment)} characters; write at most {MAX_COMMENT_CHARACTERS}")
    return Feedback(
        id=replaces.id if replaces else None,
        given_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        verdict=verdict,
        comment=comment.strip(),
        question=reply.question,
        answer=reply.answer.text if reply.answer else None,
        confidence=reply.answers[0].confidence if reply.answers else None,
        min_confidence=reply.min_confidence,
        **_place(reply),
    )


def to_squad(feedback: Iterable[Feedback]) -> dict[str, Any]:
    """Return feedback in the format of SQuAD v2.0, as ``load_examples`` reads it.

    - A good answer is a question with that answer, in the passage that was quoted.
    - A good abstention, and whatever is unanswerable, is a question without answers; a wrong quote is among its
      ``plausible_answers``, as in SQuAD v2.0.
    - Of what is bad, nobody said what would be right: it would be no question to evaluate with. It stands apart
      under ``to_review``, for a person to complete and move to ``data``.
    """
    articles: dict[str, dict[str, list[dict[str, Any]]]] = {}
    to_review = []
    for given in feedback:
        found = given.answer_start
        answers = [] if found is None else [{"text": given.answer, "answer_start": found}]
        question: dict[str, Any] = {"id": f"feedback-{given.id}", "question": given.question}
        if given.context and (given.is_impossible or (given.verdict == "good" and answers)):
            known = {"answers": answers, "is_impossible": False}
            wrong = {"answers": [], "plausible_answers": answers, "is_impossible": True}
            paragraphs = articles.setdefault(given.title, {})
            paragraphs.setdefault(given.context, []).append(question | (wrong if given.is_impossible else known))
        else:
            about = {"title": given.title, "context": given.context, "comment": given.comment}
            to_review.append(question | {"answers": [], "plausible_answers": answers} | about)
    data = [
        {"title": title, "paragraphs": [{"context": context, "qas": qas} for context, qas in paragraphs.items()]}
        for title, paragraphs in articles.items()
    ]
    return {"version": "v2.0", "data": data, "to_review": to_review}


def export_squad(feedback: Iterable[Feedback], path: Path) -> tuple[int, int]:
    """Write feedback to a SQuAD file; return how many questions it holds, and how many are to be reviewed.

    :raises LibraryError: when the file cannot be written; one that was there stays as it was.
    """
    squad = to_squad(feedback)
    with replacing(path) as file:
        json.dump(squad, file, indent=1)
    questions = sum(len(paragraph["qas"]) for article in squad["data"] for paragraph in article["paragraphs"])
    return questions, len(squad["to_review"])


def _place(reply: Reply) -> dict[str, Any]:
    """Return where the answer stands, or what was nearest."""
    texts = {found.passage: found.text for found in reply.passages}
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
