"""How many voices support an answer: copies of a story are one, and a passage that does not answer is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from qa.answering.answers import Candidate
from qa.stories import Wording
from qa.types import Citation

__all__ = ["answers_alone", "unite_repetitions"]

MARGIN = 3.0
"""By how much the reader prefers the span to no answer, in logits, where its passage answers by itself. With less,
of the answers to the development questions about news, some were supported that are wrong."""
FEWEST_WORDS = 8
"""Words of a sentence that two writers hardly choose alike."""
REPEATED = 0.8
"""The share of a sentence that is repeated."""


def answers_alone(candidate: Candidate, date: dt.date | None, since: dt.date | None) -> bool:
    """Return whether the candidate's passage answers the question by itself, whatever the other passages say.

    :param date: the date of its article.
    :param since: the date before which an article cannot confirm the answer, if there is one.
    """
    is_late_enough = since is None or (date is not None and date >= since)
    return candidate.features["margin"] >= MARGIN and is_late_enough


def unite_repetitions(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the citations, those with the same sentence as one story: a follow-up reuses paragraphs."""
    united: list[Citation] = []
    sentences: list[Wording] = []
    for citation in citations:
        sentence = Wording.of(citation.sentence)
        story = next(
            (other.story for other, words in zip(united, sentences, strict=True) if _repeats(sentence, words)),
            citation.story,
        )
        united.append(replace(citation, story=story))
        sentences.append(sentence)
    return tuple(united)


def _repeats(one: Wording, other: Wording) -> bool:
    short, long = sorted((one, other), key=lambda wording: len(wording.words))
    return len(short.words) >= FEWEST_WORDS and long.shared_with(short) >= REPEATED * len(long.words)
