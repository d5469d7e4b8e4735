import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import DataError
from qa.evaluation.retrieval import distinct, mrr_at_k, rank_of, recall_at_k

RANKINGS = [["a", "b", "c"], ["d", "c"], []]
GOLD = [{"b"}, {"c"}, {"e"}]
rankings = st.lists(st.lists(st.integers(0, 9).map(str), unique=True), min_size=1, max_size=6)


def test_recall_and_mrr_by_hand() -> None:
    assert recall_at_k(RANKINGS, GOLD, 1) == 0
    assert recall_at_k(RANKINGS, GOLD, 2) == pytest.approx(2 / 3)
    assert mrr_at_k(RANKINGS, GOLD, 10) == pytest.approx((1 / 2 + 1 / 2) / 3)
    assert mrr_at_k(RANKINGS, GOLD, 1) == 0


def test_recall_counts_each_relevant_id() -> None:
    assert recall_at_k([["a", "b", "c"]], [{"a", "c", "x"}], 3) == pytest.approx(2 / 3)
    assert mrr_at_k([["b", "c", "a"]], [{"a", "c"}], 3) == pytest.approx(1 / 2)


def test_rank_and_distinct() -> None:
    assert distinct(["b", "a", "b", "c", "a"]) == ["b", "a", "c"]
    assert rank_of(["b", "a"], {"a", "b"}) == 1
    assert rank_of(["b", "a"], {"c"}) is None


@pytest.mark.parametrize("measure", [recall_at_k, mrr_at_k])
def test_nothing_to_find_is_refused(measure: object) -> None:
    assert callable(measure)
    with pytest.raises(DataError, match="at least one question"):
        measure([], [], 1)
    with pytest.raises(DataError, match="something to find"):
        measure([["a"]], [set()], 1)


@given(rankings, st.integers(1, 10))
def test_recall_grows_with_k_and_bounds_mrr(rankings: list[list[str]], k: int) -> None:
    gold = [{str(i % 10)} for i in range(len(rankings))]
    assert recall_at_k(rankings, gold, k) <= recall_at_k(rankings, gold, k + 1) <= 1
    assert recall_at_k(rankings, gold, 1) <= mrr_at_k(rankings, gold, k) <= recall_at_k(rankings, gold, k)
