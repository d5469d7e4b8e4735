"""Which passages are read for a question that leans on a talk."""

from __future__ import annotations

from collections.abc import Callable

from qa.english.content_words import content_words
from qa.follow_ups.understanding import FollowUp
from qa.types import RetrievedPassage

__all__ = ["select_passages"]

POOL = 40  # passages that those to read are chosen from
SHARE = 5  # one in so many of those read is kept for each of the other two ways to be chosen


def select_passages(
    follow_up: FollowUp, question: str, k: int, retrieve: Callable[[str, int], list[RetrievedPassage]]
) -> list[RetrievedPassage]:
    """Return up to k passages, best first, all scored by what the question was understood to mean.

    Some are kept for the article that the talk is about, and for what the question finds by itself; so a question
    that was misunderstood still meets its passages.

    :param retrieve: finds so many passages for a question.
    """
    pool = retrieve(follow_up.read_as, max(k, POOL))
    share = max(1, k // SHARE)
    in_focus = [found.id for found in pool if found.passage.article_id == follow_up.article_id]
    favoured = set(in_focus[:share])
    if content_words(question):
        favoured.update(found.id for found in retrieve(question, share))
    chosen = sorted(pool, key=lambda found: found.id not in favoured)[:k]
    return sorted(chosen, key=lambda found: (-found.score, found.id))
