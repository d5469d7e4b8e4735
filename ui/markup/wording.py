"""Format values for the page as plain text: dates, counts, sources and confidences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import get_args

from qa.types import AddReport, Citation, Outcome, is_made_source

__all__ = [
    "UPLOADS",
    "by_article",
    "by_sentence",
    "confidence_in_words",
    "confidence_level",
    "counted",
    "day",
    "excerpt",
    "file_name",
    "marked_sentence",
    "outcomes_in_words",
    "percent",
    "source_name",
    "split_sentence",
]

CONFIDENCES = ((0.95, "almost certain"), (0.8, "quite sure"), (0.6, "fairly sure"), (0.4, "not very sure"))
HIGH, MIDDLE = 0.8, 0.6
MAX_EXCERPT = 240  # characters
UPLOADS = "uploads"
"""The first part of the source of an uploaded file."""
OUTCOMES: Mapping[Outcome, str] = {"failed": "file", "skipped": "file"}
"""What an outcome is of, where it is not an article."""


def confidence_in_words(confidence: float) -> str:
    """Return a confidence in words."""
    return next((words for least, words in CONFIDENCES if confidence >= least), "a guess")


def confidence_level(confidence: float) -> str:
    """Return ``high``, ``middle`` or ``low``: the colour of a confidence."""
    return "high" if confidence >= HIGH else "middle" if confidence >= MIDDLE else "low"


def percent(confidence: float) -> str:
    """Return a confidence as a percentage from 1% to 99%: no answer is impossible or certain."""
    return f"{min(99, max(1, round(confidence * 100)))}%"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 article``, ``2 articles``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def day(date: dt.date, short: bool = False) -> str:
    """Return a date as ``9 November 2023``, or ``9 Nov 2023`` if short."""
    return f"{date.day} {date:{'%b' if short else '%B'} %Y}"


def outcomes_in_words(report: AddReport) -> str:
    """Return how many articles and files had each outcome: ``2 articles added, 1 file failed``."""
    counts = ((outcome, report.count(outcome)) for outcome in get_args(Outcome))
    parts = [f"{counted(count, OUTCOMES.get(outcome, 'article'))} {outcome}" for outcome, count in counts if count]
    return ", ".join(parts) or "Nothing to add"


def source_name(source: str) -> str:
    """Return a source as visitors know it: ``report.pdf`` for an upload, ``pasted text`` if it had none."""
    return "pasted text" if is_made_source(source) else source.removeprefix(f"{UPLOADS}/")


def file_name(source: str) -> str:
    """Return the last part of a path or an address."""
    return source_name(source.rstrip("/").rpartition("/")[2])


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= MAX_EXCERPT else words[:MAX_EXCERPT].rsplit(" ", 1)[0] + "…"


def split_sentence(citation: Citation) -> tuple[str, str, str]:
    """Return the sentence of a citation in three parts: before the quote, the quote, and after it."""
    start = citation.start - citation.sentence_start
    end = start + len(citation.quote)
    return citation.sentence[:start], citation.sentence[start:end], citation.sentence[end:]


Numbered = tuple[int, Citation]
"""A citation and its number in the reply."""


def by_sentence(citations: Sequence[Citation]) -> list[list[Numbered]]:
    """Return runs of citations of the same sentence."""
    return _runs(citations, lambda citation: (citation.article_id, citation.sentence_start))


def by_article(citations: Sequence[Citation]) -> list[list[Numbered]]:
    """Return runs of citations of the same article."""
    return _runs(citations, lambda citation: citation.article_id)


def _runs(citations: Sequence[Citation], key: Callable[[Citation], Hashable]) -> list[list[Numbered]]:
    return [list(run) for _, run in groupby(enumerate(citations), lambda numbered: key(numbered[1]))]


def marked_sentence(citations: Iterable[Citation]) -> list[tuple[str, bool]]:
    """Return the sentence of citations in pieces, each with whether it is quoted.

    :param citations: of one sentence, in the order of the text, without overlaps.
    """
    pieces: list[tuple[str, bool]] = []
    position, sentence = 0, ""
    for citation in citations:
        sentence = citation.sentence
        start = citation.start - citation.sentence_start
        pieces += [(sentence[position:start], False), (citation.quote, True)]
        position = start + len(citation.quote)
    return [*pieces, (sentence[position:], False)]
