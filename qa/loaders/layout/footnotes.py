"""Find the footnotes of a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from qa.loaders.layout.geometry import Line
from qa.loaders.layout.superscripts import note_label

__all__ = ["body_size", "mark_footnotes"]

_SMALLER = 0.94
"""The size of footnotes, of that of the text, at most."""
_UPPER = 0.3
"""Footnotes do not stand in the upper part of a page."""


def body_size(lines: Iterable[Line]) -> float:
    """Return the size that most of the text has, 10 points without any."""
    letters: Counter[float] = Counter()
    for line in lines:
        if line.kind == "text":
            letters[round(line.size * 2) / 2] += len(line.text)
    return max(letters, key=lambda size: letters[size]) if letters else 10.0


def mark_footnotes(lines: Sequence[Line], body: float, height: float) -> set[str]:
    """Mark the lines of footnotes as notes, and return the notes' labels.

    A footnote begins with a number or a mark, is set smaller than the text, and only others are below it.
    """
    columns: defaultdict[tuple[float, float], list[Line]] = defaultdict(list)
    for line in lines:
        columns[line.column].append(line)
    labels: set[str] = set()
    if not any(line.kind == "text" and line.size > _SMALLER * body for line in lines):
        return labels
    for column in columns.values():
        tail: list[Line] = []
        for line in reversed(column):
            if line.kind != "text" or line.size > _SMALLER * body or line.top < _UPPER * height:
                break
            tail.append(line)
            if label := note_label(line.text):
                labels.add(label)
                for note in tail:
                    note.kind = "note"
                tail = []
    return labels
