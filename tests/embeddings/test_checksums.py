"""Checksums by id: they behave as a dictionary does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.checksums import Checksums

dictionaries = st.dictionaries(st.integers(0, 2**40), st.integers(-1, 3), max_size=20)


def of(model: dict[int, int]) -> Checksums:
    return Checksums(list(model), list(model.values()))


def items(checksums: Checksums) -> list[tuple[int, int]]:
    return list(zip(checksums.ids.tolist(), checksums.values.tolist(), strict=True))


@given(dictionaries)
def test_holds_what_it_is_given(model: dict[int, int]) -> None:
    checksums = of(model)
    assert items(checksums) == sorted(model.items())
    assert len(checksums) == len(model)
    assert checksums.of(np.array(list(model), dtype=np.int64)).tolist() == list(model.values())


@given(dictionaries, dictionaries)
def test_compares_with_others(one: dict[int, int], other: dict[int, int]) -> None:
    assert (of(one) == of(other)) == (one == other)
    assert items(of(one).difference(of(other))) == sorted(one.items() - other.items())
    assert of(one).present(np.array([*other, *other], dtype=np.int64)).tolist() == sorted(
        one.keys() & other.keys()
    )


@given(dictionaries, dictionaries)
def test_adds_and_removes(one: dict[int, int], other: dict[int, int]) -> None:
    ids = np.array([*other, *other], dtype=np.int64)
    rest = of(one).removed(ids)
    assert items(rest) == sorted((id_, value) for id_, value in one.items() if id_ not in other)
    assert items(rest.added(of(other))) == sorted((one | other).items())


def test_the_first_of_the_same_ids_counts() -> None:
    assert items(Checksums([3, 1, 3], [5, 6, 7])) == [(1, 6), (3, 5)]
    assert Checksums() != "no checksums"
