"""Which passages are read: the most promising first, and no more once the rest can hardly hold a better answer.

What a span is ranked by is in part known before its passage is read: the retriever's scores and the words in
common with the question. The rest, what the reader says, seldom adds more than the model's ``reach``. So reading
ends when the best span so far outranks every unread passage even with that much more, and is sure enough to be the
answer whatever the others hold: a question that is left unanswered had all of its passages read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.answering.answers import find_answers
from qa.answering.confidence import Confidence, passage_features
from qa.types import Reading, RetrievedPassage

__all__ = ["read_with_early_stopping"]

STEP = 2
"""Passages that are read before it is asked again whether that is enough."""
SURER = 0.1
"""By how much the confidence must exceed the one that is asked for: unread passages can still lower it."""

Read = Callable[[Sequence[RetrievedPassage]], list[Reading]]


def read_with_early_stopping(
    question: str,
    passages: Sequence[RetrievedPassage],
    read: Read,
    model: Confidence,
    min_confidence: float,
) -> list[Reading]:
    """Return a reading of each passage, in their order; ``Reading.unread()`` of those that could not win.

    :param read: reads some of the passages.
    :param min_confidence: how sure an answer must be to be given.
    """
    if model.reach is None:
        return read(passages)
    promises = [model.rank_known(passage_features(question, passage)) + model.reach for passage in passages]
    order = sorted(range(len(passages)), key=lambda number: -promises[number])
    readings = [Reading.unread()] * len(passages)
    for first in range(0, len(order), STEP):
        done = first + STEP
        some = order[first:done]
        for number, reading in zip(some, read([passages[number] for number in some]), strict=True):
            readings[number] = reading
        if done < len(order) and any(reading.spans for reading in readings):
            best = find_answers(question, passages, readings, model)[0]
            wins = best.candidates[0].rank > promises[order[done]]
            if wins and best.confidence >= min_confidence + SURER:
                break
    return readings
