"""Read the dated neighbours of an answer: what early stopping left unread may be newer, or say something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from qa.answering.confidence import passage_features
from qa.answering.early_stopping import Read
from qa.types import Reading, RetrievedPassage

__all__ = ["read_neighbours"]

MOST_NEIGHBOURS = 6
"""Passages that are read besides those that the answer needs."""
LEAST_SHARE = 0.5
"""What a neighbour holds of the question's words, at least, as a share of what the passage of the best span holds.
An article on what came later needs few of them: "Who is the manager?" is asked of the day on which he goes."""


def read_neighbours(
    question: str,
    passages: Sequence[RetrievedPassage],
    readings: Sequence[Reading],
    read: Read,
    dates: Mapping[str, dt.date | None],
) -> list[Reading]:
    """Return the readings, with those of unread passages of other dated articles that seem as near.

    Only a passage that answers, from an article with a date, has neighbours.

    :param read: returns a reading of each of the passages that it is called with.
    :param dates: the dates of the articles, by id.
    """
    all_readings = list(readings)
    best = max(range(len(passages)), key=lambda number: all_readings[number].margin, default=None)
    if best is None or all_readings[best].margin <= 0 or not dates.get(passages[best].passage.article_id):
        return all_readings
    least = passage_features(question, passages[best])["words"] * LEAST_SHARE
    neighbours = [
        number
        for number, (retrieved, reading) in enumerate(zip(passages, all_readings, strict=True))
        if not reading.was_read
        and dates.get(retrieved.passage.article_id)
        and retrieved.passage.article_id != passages[best].passage.article_id
        and passage_features(question, retrieved)["words"] >= least
    ][:MOST_NEIGHBOURS]
    for number, reading in zip(neighbours, read([passages[number] for number in neighbours]), strict=True):
        all_readings[number] = reading
    return all_readings
