"""Which of the ranked answers of a reply are worth showing."""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import Answer, Citation

__all__ = ["distinct_answers"]


def distinct_answers(answers: Sequence[Answer]) -> list[tuple[int, Answer]]:
    """Return the answers with their ranks, without those that only mark other words of sentences shown before.

    :param answers: best first.
    """
    shown: set[tuple[str, bool, int]] = set()
    distinct = []
    for rank, answer in enumerate(answers):
        sentences = {_sentence(citation) for citation in (*answer.parts, *answer.citations)}
        if not sentences <= shown:
            distinct.append((rank, answer))
        shown |= sentences
    return distinct


def _sentence(citation: Citation) -> tuple[str, bool, int]:
    return citation.article_id, citation.in_title, citation.sentence_start
