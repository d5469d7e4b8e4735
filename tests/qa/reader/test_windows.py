from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qa.reader.windows import Template, Window, batches, cut_question, window_starts


@given(size=st.integers(0, 400), room=st.integers(1, 60), stride=st.integers(0, 80))
def test_windows_cover_every_token_and_share_a_stride(size: int, room: int, stride: int) -> None:
    starts = window_starts(size, room, stride)
    assert starts[0] == 0
    assert starts[-1] + room >= size
    for start, following in pairwise(starts):
        assert start < following
        assert following + room <= size
        assert start + room - following >= min(stride, room // 2)


def test_a_passage_that_fits_is_one_window() -> None:
    assert window_starts(0, 10, 5) == window_starts(10, 10, 5) == [0]


def test_a_long_question_keeps_both_ends() -> None:
    assert cut_question(range(10), 20) == list(range(10))
    assert cut_question(range(10), 5) == [0, 1, 7, 8, 9]
    assert cut_question(range(10), 1) == [9]


def test_the_template_puts_special_tokens_and_types_in_their_places() -> None:
    template = Template(
        before=((2, 0),), between=((3, 0),), after=((3, 1),), question_type=0, passage_type=1, null_index=0
    )
    assert template.size == 3
    assert template.fill([7, 8], [9]) == ([2, 7, 8, 3, 9, 3], [0, 0, 0, 0, 1, 1])


@given(lengths=st.lists(st.integers(1, 50), max_size=40), limit=st.integers(1, 120))
def test_batches_hold_every_window_once_and_stay_in_bounds(lengths: list[int], limit: int) -> None:
    windows = [Window(i, 0, n, [0] * n, [0] * n, 0) for i, n in enumerate(lengths)]
    found = list(batches(windows, limit))
    assert all(sum(len(batch[0]) - len(window) for window in batch) <= 100 for batch in found)
    assert sorted(window.pair for batch in found for window in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or max(map(len, batch)) * len(batch) <= limit for batch in found)
