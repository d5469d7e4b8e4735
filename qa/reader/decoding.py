"""From start and end logits to the best spans of a passage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa.english.breaks import answer_breaks
from qa.english.sentences import split_sentences
from qa.reader.snapping import Snapper
from qa.types import Span

__all__ = ["SpanTable", "best_spans"]

CROSSING = 3.0
"""How many logits a span over the end of a sentence must be better than one within."""

Floats = npt.NDArray[np.float32]
Offsets = Sequence[tuple[int, int]]


class SpanTable:
    """The score of every span of a passage up to a length: ``scores[i, n]`` is that of tokens i to i + n.

    Windows are merged into the table: a span in several windows keeps its best score. ``null_score`` is the lowest
    of the windows, because a passage contains no answer only if none of its windows does.
    """

    def __init__(self, tokens: int, max_answer_tokens: int) -> None:
        self.scores = np.full((tokens, max_answer_tokens), -np.inf, dtype=np.float32)
        self.null_score = float("inf")

    def add(self, first: int, start: Floats, end: Floats, null_score: float) -> None:
        """Merge a window whose logits, each of shape ``(n,)``, belong to the tokens from ``first`` on."""
        width = self.scores.shape[1]
        padded = np.concatenate([end, np.full(width, -np.inf, dtype=np.float32)])
        ends = np.lib.stride_tricks.sliding_window_view(padded, width)[: len(start)]
        part = self.scores[first : first + len(start)]
        np.maximum(part, start[:, None] + ends, out=part)
        self.null_score = min(self.null_score, null_score)


def best_spans(table: SpanTable, offsets: Offsets, text: str, count: int) -> tuple[Span, ...]:
    """Return up to ``count`` spans, best first, that do not overlap (non-maximum suppression).

    Few answers run over the end of a sentence, and such a span would suppress the better ones inside it. So it
    counts ``CROSSING`` less.

    :param table: its scores are overwritten.
    :param offsets: where the tokens of the passage are in ``text``.
    """
    spans: list[Span] = []
    scores = table.scores
    starts, ends = np.array(offsets, dtype=np.int64).reshape(-1, 2).T
    snapper = Snapper(text)
    _drop_blank(scores, [snapper.is_blank(*edges) for edges in offsets])
    _lower_crossing(scores, ends, [end for _, end in split_sentences(text)], CROSSING)
    _lower_crossing(scores, ends, answer_breaks(text), np.inf)
    while len(spans) < count and scores.size:
        first, length = divmod(int(scores.argmax()), scores.shape[1])
        score = float(scores[first, length])
        if score == -np.inf:
            break
        start, end = snapper.snap(offsets[first][0], offsets[first + length][1]) or (0, 0)
        touched = np.flatnonzero((starts < end) & (ends > start))
        if touched.size:
            spans.append(Span(start, end, score))
            _suppress(scores, int(touched[0]), int(touched[-1]))
        else:
            scores[first, length] = -np.inf
    return tuple(spans)


def _drop_blank(scores: Floats, blank: Sequence[bool]) -> None:
    """Exclude every span that holds only blank tokens: punctuation and spaces."""
    tokens, width = scores.shape
    following = np.where(blank, tokens, np.arange(tokens))
    following = np.minimum.accumulate(following[::-1])[::-1]
    scores[np.arange(tokens)[:, None] + np.arange(width) < following[:, None]] = -np.inf


def _lower_crossing(scores: Floats, ends: npt.NDArray[np.int64], breaks: Sequence[int], by: float) -> None:
    """Lower the score of every span that runs over a break, such as the end of a sentence or of a table's cell."""
    if not breaks or not scores.size:
        return
    tokens, width = scores.shape
    segments = np.searchsorted(breaks, ends)  # a token may begin with the space before it
    last = np.searchsorted(segments, segments, side="right") - 1  # in the token's segment
    scores[np.arange(tokens)[:, None] + np.arange(width) > last[:, None]] -= by


def _suppress(scores: Floats, first: int, last: int) -> None:
    """Exclude every span that holds a token from ``first`` to ``last``."""
    width = scores.shape[1]
    scores[first : last + 1] = -np.inf
    for start in range(max(0, first - width + 1), first):
        scores[start, first - start :] = -np.inf
