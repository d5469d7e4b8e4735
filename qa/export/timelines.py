"""The versions of an answer in words: "2,000 on 2 May 2025, corrected to 3,100 on 9 May 2025"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from qa.types import Disagreement, Reply, Version

__all__ = ["HEADINGS", "LINKS", "day_in_words", "timeline_in_words"]

HEADINGS = {
    Disagreement.NONE: "",
    Disagreement.CHANGED: "This changed over time",
    Disagreement.CORRECTED: "An article corrects another",
    Disagreement.SOURCES_DIFFER: "Your articles disagree",
}
LINKS = {
    Disagreement.NONE: "",
    Disagreement.CHANGED: "then",
    Disagreement.CORRECTED: "corrected to",
    Disagreement.SOURCES_DIFFER: "but also",
}
"""What connects a version with the one before it."""


def timeline_in_words(reply: Reply) -> str:
    """Return how the answer differs between articles, as one line of text; "" if it does not."""
    if not reply.timeline:
        return ""
    return f"{HEADINGS[reply.disagreement]}: {', '.join(_steps(reply.timeline))}"


def day_in_words(date: dt.date) -> str:
    """Return a date as ``9 November 2023``."""
    return f"{date.day} {date:%B} {date.year}"


def _steps(timeline: Sequence[Version]) -> list[str]:
    return [
        " ".join(filter(None, (LINKS[version.relation], _quoted(version.text), "on", day_in_words(version.date))))
        for version in timeline
    ]


def _quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"
