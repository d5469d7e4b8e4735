"""What rows of a table or a form say, so that no answer is a label, or a cell of another row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from qa.english.breaks import is_row, label_spans, row_spans
from qa.english.content_words import content_words, shared_words

__all__ = ["TableRow", "column_names", "is_column_name", "only_repeats"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table.

    ``kind`` is the name of its first column, or how many cells it has where these have no names: rows of the same
    table share it. ``asked`` are the words of the question that stand in its cells.
    """

    kind: str
    asked: frozenset[str]

    @classmethod
    def read(cls, text: str, words: AbstractSet[str]) -> Self | None:
        """Return the row that a text is; None if it is something else.

        :param words: the content words of the question.
        """
        if not is_row(text):
            return None
        labels = list(label_spans(text))
        cells, position = "", 0
        for start, end in labels:
            cells += text[position:start] + " "
            position = end
        kind = text[slice(*labels[0])].strip() if labels else str(text.count("\t"))
        return cls(kind, frozenset(shared_words(words, cells + text[position:])))

    def gives_way_to(self, other: Self) -> bool:
        """Return whether the other row has all that this one has of the question, and more."""
        return self.kind == other.kind and self.asked < other.asked


def only_repeats(text: str, words: AbstractSet[str]) -> bool:
    """Return whether a text says nothing but words of the question."""
    said = content_words(text)
    return bool(said) and said <= words


def column_names(texts: Iterable[str]) -> set[str]:
    """Return the names of columns: what stands before cells in several rows of the texts."""
    times = Counter(text[start:end] for text in set(texts) for start, end in _labels(text))
    return {label for label, count in times.items() if count > 1}


def is_column_name(text: str, start: int, end: int, names: AbstractSet[str]) -> bool:
    """Return whether ``text[start:end]`` is in the name of a column, or is one.

    :param names: the names of columns.
    """
    return any(first <= start and end <= last and text[first:last] in names for first, last in _labels(text))


def _labels(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the labels in the rows of a text are."""
    for start, end in row_spans(text):
        yield from ((start + first, start + last) for first, last in label_spans(text[start:end]))
