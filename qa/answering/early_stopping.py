"""Early stopping: read the most promising passages first, and stop when the rest can hardly win.

Part of a span's rank is known before its passage is read: the retriever's scores and the words in common with the
question. The rest comes from the reader and seldom adds more than the model's ``reach``. So reading stops when the
best span outranks every unread passage, the reach added to it, and its confidence exceeds the threshold by a
margin. Before the assistant abstains, all passages have been read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.answering.answers import find_answers
from qa.answering.confidence import Confidence, passage_features
from qa.types import Reading, RetrievedPassage

__all__ = ["Read", "read_with_early_stopping"]

STEP = 2
"""Passages that are read between two checks."""
CONFIDENCE_MARGIN = 0.1
"""How far the confidence must exceed the threshold: unread passages can still lower it."""

Read = Callable[[Sequence[RetrievedPassage]], list[Reading]]


def read_with_early_stopping(
    question: str,
    passages: Sequence[RetrievedPassage],
    read: Read,
    model: Confidence,
    min_confidence: float,
) -> list[Reading]:
    """Return a reading of each passage, in order; ``Reading.unread()`` for those that were left unread.

    :param read: returns a reading of each of the passages that it is called with.
    :param min_confidence: the confidence that an answer needs.
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
            if wins and best.confidence >= min_confidence + CONFIDENCE_MARGIN:
                break
    return readings
