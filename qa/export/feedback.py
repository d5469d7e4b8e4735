"""Feedback as questions to evaluate with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qa.export.atomic_write import atomic_write
from qa.feedback import Feedback

__all__ = ["export_squad", "to_squad"]


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
    with atomic_write(path) as file:
        json.dump(squad, file, indent=1)
    questions = sum(len(paragraph["qas"]) for article in squad["data"] for paragraph in article["paragraphs"])
    return questions, len(squad["to_review"])
