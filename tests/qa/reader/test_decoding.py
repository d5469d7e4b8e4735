from __future__ import annotations

import math
import re
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.english.breaks import answer_breaks
from qa.reader.decoding import SpanTable, best_spans

Floats = npt.NDArray[np.float32]
logits = st.floats(-9, 9, width=16).map(float)
WORDS = "ab cd ef gh ij kl mn op qr st uv wx"
OFFSETS = [(3 * i, 3 * i + 2) for i in range(12)]


def floats(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float32)


@st.composite
def windowed(draw: st.DrawFn) -> list[tuple[int, list[float], list[float], float]]:
    """Windows over the twelve words: first word, start logits, end logits, null score."""
    windows = []
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, 11))
        size = draw(st.integers(1, 12 - first))
        row = st.lists(logits, min_size=size, max_size=size)
        windows.append((first, draw(row), draw(row), draw(logits)))
    return windows


@given(windows=windowed(), width=st.integers(1, 15), count=st.integers(1, 6))
def test_the_best_spans_are_those_of_a_brute_force_decoder(
    windows: list[tuple[int, list[float], list[float], float]], width: int, count: int
) -> None:
    table = SpanTable(12, width)
    scores: dict[tuple[int, int], float] = {}
    for first, start, end, null in windows:
        table.add(first, floats(start), floats(end), null)
        for i, left in enumerate(start):
            for j in range(i, min(i + width, len(end))):
                span = (first + i, first + j)
                scores[span] = max(scores.get(span, -math.inf), left + end[j])
    found = best_spans(table, OFFSETS, WORDS, count)

    assert table.null_score == min(window[3] for window in windows)
    for best in found:
        assert math.isclose(best.score, max(scores.values()), abs_tol=1e-4)
        first, last = best.start // 3, best.end // 3
        assert math.isclose(scores[first, last], best.score, abs_tol=1e-4)
        scores = {(i, j): score for (i, j), score in scores.items() if j < first or i > last}
    assert len(found) == count or not scores


def test_punctuation_is_never_a_span_of_its_own_but_falls_off_one() -> None:
    text = "Kyiv , Lviv"
    table = SpanTable(3, 3)
    table.add(0, floats([1, 9, 2]), floats([1, 9, 2]), 0.0)
    spans = best_spans(table, [(0, 4), (5, 6), (7, 11)], text, 5)
    assert [(text[span.start : span.end], span.score) for span in spans] == [("Lviv", 11.0), ("Kyiv", 10.0)]


@pytest.mark.parametrize(
    "text",
    [
        "Departs: 07:40;\tFare: 12 euros.",
        "Departs 07:40;\t12 euros",
        "It departs at 07:40.\n\n12 euros",
        "1. Leaves 07:40\n2. Costs 12 euros",
        "Route: A;\tDeparts: 07:40.\nRoute: 12 euros;\tDeparts: 09:15.",
    ],
)
def test_no_span_crosses_a_cell_or_a_paragraph_or_an_item(text: str) -> None:
    offsets = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    words = [text[start:end] for start, end in offsets]
    table = SpanTable(len(words), 30)
    starts, ends = ([9.0 if word == wanted else 0.0 for word in words] for wanted in ("07", "euros"))
    table.add(0, floats(starts), floats(ends), 0.0)
    spans = [text[span.start : span.end] for span in best_spans(table, offsets, text, 9)]
    assert spans[0].startswith("07:40")
    assert any(span.endswith("12 euros") for span in spans)
    assert not any(mark in span for span in spans for mark in ("\t", "\n", "Departs: ", "Fare: "))


@given(st.text(st.sampled_from("ab \n\t:;.•1"), min_size=1, max_size=60), st.randoms())
def test_no_span_crosses_a_break(text: str, random: Random) -> None:
    offsets = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    table = SpanTable(len(offsets), 10)
    table.add(0, *(floats([random.random() for _ in offsets]) for _ in range(2)), 0.0)
    breaks = answer_breaks(text)
    for span in best_spans(table, offsets, text, 5):
        assert not any(span.start < offset < span.end for offset in breaks)


def test_pieces_of_a_word_become_the_word_once() -> None:
    table = SpanTable(3, 3)
    table.add(0, floats([1, 5, 0]), floats([2, 5, 0]), 0.0)
    spans = best_spans(table, [(0, 3), (3, 6), (7, 10)], "Denver won", 5)
    assert [(span.start, span.end, span.score) for span in spans] == [(0, 6, 10.0), (7, 10, 0.0)]


def test_no_tokens_give_no_spans() -> None:
    table = SpanTable(0, 5)
    table.add(0, floats([]), floats([]), 1.5)
    assert best_spans(table, [], "", 5) == ()
    assert table.null_score == 1.5


def test_a_span_over_the_end_of_a_sentence_yields_to_a_nearly_as_good_one_inside() -> None:
    text = "Berg left. Holm stayed."
    offsets = [(0, 4), (5, 9), (11, 15), (16, 22)]

    def best(start: list[float], end: list[float]) -> list[str]:
        table = SpanTable(4, 4)
        table.add(0, floats(start), floats(end), 0.0)
        return [text[span.start : span.end] for span in best_spans(table, offsets, text, 2)]

    assert best([5, 0, 4, 0], [4, 0, 5, 0]) == ["Berg", "Holm"]
    assert best([9, 0, 0, 0], [0, 0, 9, 0])[0] == "Berg left. Holm"
