from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embeddings.inference.token_batches import token_batches

lengths_lists = st.lists(st.integers(1, 50), max_size=40)


@given(lengths=lengths_lists, most=st.integers(1, 120), padded=st.booleans())
def test_batches_hold_every_text_once_in_order_and_stay_within_the_tokens(
    lengths: list[int], most: int, padded: bool
) -> None:
    batches = [lengths[part] for part in token_batches(lengths, most, padded=padded)]
    assert [length for batch in batches for length in batch] == lengths
    for batch in batches:
        assert len(batch) == 1 or (max(batch) * len(batch) if padded else sum(batch)) <= most


@given(lengths=lengths_lists, most=st.integers(1, 120))
def test_a_batch_ends_only_where_the_next_text_does_not_fit(lengths: list[int], most: int) -> None:
    parts = list(token_batches(lengths, most))
    for part in parts[:-1]:
        assert sum(lengths[part.start : part.stop + 1]) > most


def test_a_batch_ends_where_the_padding_costs_too_much() -> None:
    assert list(token_batches([50, 49, 10], 1000, padded=True, most_padding=20)) == [slice(0, 2), slice(2, 3)]
