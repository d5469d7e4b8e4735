"""Chooses how a follow-up question is read: in the way that the article in focus answers most surely.

A follow-up question can be read as the rules rewrote it, or with the question and the answer before in brackets.
Which one is right often shows only in the text. So a few passages of the article are read in both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.answering.answers import find_answers
from qa.answering.confidence import Confidence
from qa.follow_ups import FollowUp
from qa.types import Reading, RetrievedPassage

__all__ = ["PASSAGES", "choose_reading"]

MARGIN = 0.1
"""How much surer than the rewritten question the question in its context must be."""

PASSAGES = 3
"""Passages of the article in focus that are read in both ways."""


def choose_reading(
    follow_up: FollowUp,
    retrieve: Callable[[str], Sequence[RetrievedPassage]],
    read: Callable[[str, Sequence[RetrievedPassage]], list[Reading]],
    model: Confidence,
) -> FollowUp:
    """Return a follow-up question with the surest way to read it as ``read_as``.

    The answer that was given before does not count: a question that is misunderstood often gets it again.

    :param retrieve: returns the best passages of the article in focus for a question.
    """

    def surety(question: str) -> float:
        passages = retrieve(question)
        best = next(iter(find_answers(question, passages, read(question, passages), model)), None)
        is_new = best and best.candidates[0].text.casefold() not in follow_up.said.casefold()
        return best.confidence if best and is_new else 0.0

    if not follow_up.in_context:
        return follow_up
    least = surety(follow_up.read_as) + MARGIN
    is_surer = least < 1 and surety(follow_up.in_context) > least
    return replace(follow_up, read_as=follow_up.in_context) if is_surer else follow_up
