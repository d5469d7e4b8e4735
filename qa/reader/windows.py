"""From token ids to inputs that fit the model, and from inputs to batches that fit in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import TypeVar

from embeddings.inference.token_batches import token_batches

__all__ = ["Template", "Window", "batches", "cut_question", "packs", "window_starts"]

Input = TypeVar("Input", bound=Sized)
PASS_COST = 100
"""Fixed cost of a forward pass, in tokens."""


@dataclass(frozen=True, slots=True)
class Template:
    """The special tokens around a question and a passage: (id, type id) before, between and after them."""

    before: tuple[tuple[int, int], ...]
    between: tuple[tuple[int, int], ...]
    after: tuple[tuple[int, int], ...]
    question_type: int
    passage_type: int
    null_index: int
    """The index of the "no answer" logits: that of the CLS token."""

    @property
    def size(self) -> int:
        """The number of special tokens."""
        return len(self.before) + len(self.between) + len(self.after)

    def fill(self, question: Sequence[int], passage: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return token ids and token type ids of a whole input."""
        tokens = [
            *self.before,
            *((token, self.question_type) for token in question),
            *self.between,
            *((token, self.passage_type) for token in passage),
            *self.after,
        ]
        return [token for token, _ in tokens], [kind for _, kind in tokens]


@dataclass(frozen=True, slots=True)
class Window:
    """An input of the model: a question and ``size`` tokens of a passage, from token ``start`` on."""

    pair: int
    start: int
    size: int
    ids: list[int]
    type_ids: list[int]
    offset: int
    """Where the tokens of the passage begin in ``ids``."""

    def __len__(self) -> int:
        return len(self.ids)


def cut_question(question: Sequence[int], room: int) -> list[int]:
    """Return at most ``room`` tokens of the question: its beginning and its end, which say what is asked."""
    if len(question) <= room:
        return list(question)
    head = room // 2
    return [*question[:head], *question[len(question) - (room - head) :]]


def window_starts(size: int, room: int, stride: int) -> list[int]:
    """Return where windows of ``room`` tokens begin so that they cover ``size`` tokens.

    Neighbours share at least ``stride`` tokens, but at most half a window. All windows are full and evenly spread,
    so that every token has as much context as fits. An empty passage gets one window, for its null score.
    """
    if size <= room:
        return [0]
    step = room - min(stride, room // 2)
    count = -(-(size - room) // step) + 1
    return [round(number * (size - room) / (count - 1)) for number in range(count)]


def batches(windows: Sequence[Input], batch_tokens: int) -> Iterator[list[Input]]:
    """Yield the windows in batches of at most ``batch_tokens`` with padding, the longest windows first.

    A batch also ends where its padding would cost more than another pass. A window longer than the limit is a
    separate batch.
    """
    ordered = sorted(windows, key=len, reverse=True)
    lengths = list(map(len, ordered))
    for part in token_batches(lengths, batch_tokens, padded=True, most_padding=PASS_COST):
        yield ordered[part]


def packs(windows: Sequence[Input], batch_tokens: int) -> Iterator[list[Input]]:
    """Yield the windows, the longest first, in batches of at most ``batch_tokens`` without padding, evenly filled.

    A window longer than the limit is a separate batch.
    """
    total = sum(map(len, windows))
    limit = min(batch_tokens, total / max(1, -(-total // batch_tokens)) + max(map(len, windows), default=0) / 2)
    ordered = sorted(windows, key=len, reverse=True)
    for part in token_batches(list(map(len, ordered)), limit):
        yield ordered[part]
