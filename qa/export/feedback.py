"""Feedback as questions to evaluate with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.export.atomic_write import atomic_write
from qa.feedback import Feedback

__all__ = ["RatedQuestion", "export_squad", "rated_question", "to_squad"]


@dataclass(frozen=True, slots=True)
class RatedQuestion:
    """A question from feedback, with the fields that SQuAD v2.0 has for it.

    ``is_impossible`` is None for a question that a person must complete first: the reply was wrong, and nobody
    said what would be right.
    """

    feedback: Feedback
    is_impossible: bool | None
    fields: dict[str, Any]


def rated_question(feedback: Feedback) -> RatedQuestion:
    """Return the question that a verdict on a reply makes.

    - A good answer makes a question with that answer.
    - A good abstention, and any reply to an unanswerable question, makes a question without answers. A wrong
      answer is among its ``plausible_answers``, as in SQuAD v2.0.
    - Any other feedback makes a question for a person to complete. The answer that was given is among its
      ``plausible_answers``.
    """
    start = feedback.answer_start
    given = [] if start is None else [{"text": feedback.answer, "answer_start": start}]
    fields = {"id": f"feedback-{feedback.id}", "question": feedback.question}
    if feedback.context and feedback.is_impossible:
        rated = {"answers": [], "plausible_answers": given, "is_impossible": True}
        return RatedQuestion(feedback, True, fields | rated)
    if feedback.context and feedback.verdict == "good" and given:
        return RatedQuestion(feedback, False, fields | {"answers": given, "is_impossible": False})
    return RatedQuestion(feedback, None, fields | {"answers": [], "plausible_answers": given})


def to_squad(feedback: Iterable[Feedback]) -> dict[str, Any]:
    """Return feedback in the format of SQuAD v2.0, as ``load_examples`` reads it.

    The questions to complete are not in ``data`` but in ``to_review``. Move them when they have an answer.
    """
    articles: dict[str, dict[str, list[dict[str, Any]]]] = {}
    to_review = []
    for rated in map(rated_question, feedback):
        title, context = rated.feedback.title, rated.feedback.context
        if rated.is_impossible is None:
            about = {"title": title, "context": context, "comment": rated.feedback.comment}
            to_review.append(rated.fields | about)
        else:
            articles.setdefault(title, {}).setdefault(context, []).append(rated.fields)
    data = [
        {"title": title, "paragraphs": [{"context": context, "qas": qas} for context, qas in paragraphs.items()]}
        for title, paragraphs in articles.items()
    ]
    return {"version": "v2.0", "data": data, "to_review": to_review}


def export_squad(feedback: Iterable[Feedback], path: Path) -> tuple[int, int]:
    """Write feedback to a SQuAD file; return the numbers of its questions and of those to review.

    :raises LibraryError: if the file cannot be written; an existing file stays as it was.
    """
    squad = to_squad(feedback)
    with atomic_write(path) as file:
        json.dump(squad, file, indent=1)
    questions = sum(len(paragraph["qas"]) for article in squad["data"] for paragraph in article["paragraphs"])
    return questions, len(squad["to_review"])
