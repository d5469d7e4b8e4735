"""The small pieces of which the parts of the page are made: days, counts, titles, confidence in words."""

from __future__ import annotations

import datetime as dt

from qa.export.escaping import html_attribute as attribute
from qa.export.escaping import html_text as text
from qa.types import is_made_source

__all__ = [
    "confidence_in_words",
    "counted",
    "day",
    "file_name",
    "folded",
    "joined",
    "more",
    "named",
    "origin",
    "page_number",
    "titled",
]

CERTAINTY = ((0.95, "almost certain"), (0.8, "quite sure"), (0.6, "fairly sure"), (0.4, "not very sure"))


def confidence_in_words(confidence: float) -> str:
    """Return a confidence in words."""
    return next((words for least, words in CERTAINTY if confidence >= least), "a guess")


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 article``, ``2 articles``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def more(count: int, noun: str) -> str:
    """Say how many are not shown; nothing when all are."""
    return f'<p class="qw-facts">and {counted(count, f"more {noun}")}</p>' if count > 0 else ""


def titled(title: str) -> str:
    """Return a title that keeps its direction of writing to itself."""
    return f"<bdi>{text(title or 'Untitled')}</bdi>"


def day(date: dt.date | None, *, short: bool = False) -> str:
    """Return a date as ``9 November 2023`` (in short, ``9 Nov 2023``), or nothing."""
    return f'<span class="qw-when">{date.day} {date:{"%b" if short else "%B"} %Y}</span>' if date else ""


def page_number(page: int | None) -> str:
    """Return ``page 3``, or nothing."""
    return f"page {page}" if page else ""


def origin(source: str) -> str:
    """Return where an article is from: a link when it is a web address, and the file's name for a path."""
    if source.startswith(("https://", "http://")):
        return f'<a href="{attribute(source)}" target="_blank" rel="noopener noreferrer">{text(source)}</a>'
    return f'<bdi title="{attribute(source)}">{text(file_name(source))}</bdi>'


def named(source: str) -> str:
    """Return a source as people know it: a text that came without one has but the digest of its words."""
    return "a text" if is_made_source(source) else source


def file_name(source: str) -> str:
    """Return the last part of a path or address."""
    return named(source.rstrip("/").rpartition("/")[2])


def joined(*facts: str) -> str:
    """Return the facts that there are, in a row."""
    return '<span class="qw-dot"> · </span>'.join(filter(None, facts))


def folded(label: str, inside: str) -> str:
    """Return HTML that is shown when its label is clicked."""
    return f"<details><summary>{label}</summary>{inside}</details>"
