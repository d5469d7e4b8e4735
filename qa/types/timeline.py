"""How an answer has changed, or what articles disagree about: the versions of an answer in their order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Disagreement", "Period"]


class Disagreement(StrEnum):
    """How articles differ about the answer to one question."""

    NONE = "none"
    CHANGED = "changed"
    """What they report has changed over time."""
    CORRECTED = "corrected"
    """A later article corrects an earlier one."""
    SOURCES_DIFFER = "sources differ"
    """They say different things about the same moment."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included."""

    first: dt.date
    last: dt.date

    def days_to(self, date: dt.date) -> int:
        """Return the days from the period to a date: positive after it, negative before it, 0 within it."""
        if date > self.last:
            return (date - self.last).days
        return min(0, (date - self.first).days)
