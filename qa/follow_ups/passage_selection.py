"""Which passages are read for a follow-up question."""

from __future__ import annotations

from collections.abc import Callable

from qa.english.content_words import content_words
from qa.follow_ups.understanding import FollowUp
from qa.types import RetrievedPassage

__all__ = ["select_passages"]

POOL = 40  # passages to choose from
SHARE = 5  # one in five of the passages read is reserved for each of the other two ways of being chosen


def select_passages(
    follow_up: FollowUp, question: str, k: int, retrieve: Callable[[str, int], list[RetrievedPassage]]
) -> list[RetrievedPassage]:
    """Return up to k passages, best first, all scored for the rewritten question.

    Some places are reserved for the article that the conversation is about, and for the passages of the question
    as it was asked, so that a question that was rewritten wrongly still gets its passages.

    :param retrieve: returns as many passages for a question as it is called with.
    """
    pool = retrieve(follow_up.read_as, max(k, POOL))
    share = max(1, k // SHARE)
    in_focus = [passage.id for passage in pool if passage.passage.article_id == follow_up.article_id]
    reserved = set(in_focus[:share])
    if content_words(question):
        reserved.update(passage.id for passage in retrieve(question, share))
    chosen = sorted(pool, key=lambda passage: passage.id not in reserved)[:k]
    return sorted(chosen, key=lambda passage: (-passage.score, passage.id))
