"""Figures and tables as a report shows them: plain text, which the templates escape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qa.evaluation.metrics.figures import Figure

__all__ = ["DASH", "Table", "counted", "estimate", "interval", "number"]

DASH = "–"


class Table(NamedTuple):
    """A table, whose first column names its rows. Without a ``caption``, its first column names the table, too."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


def number(value: float | None, decimals: int = 3) -> str:
    """Return a number with commas between thousands, or a dash for None."""
    return DASH if value is None else f"{value:,.{decimals}f}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 question``, ``2 questions``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def interval(figure: Figure, decimals: int = 3) -> str:
    """Return the ends of a figure's interval, or nothing if it has none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low, decimals)} to {number(figure.high, decimals)}"


def estimate(figure: Figure, decimals: int = 3) -> str:
    """Return a figure, followed by its interval in parentheses if it has one."""
    ends = interval(figure, decimals)
    return f"{number(figure.value, decimals)} ({ends})" if ends else number(figure.value, decimals)
