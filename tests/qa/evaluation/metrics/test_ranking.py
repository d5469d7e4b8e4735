import math
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import DataError, SettingsError
from qa.evaluation.metrics.ranking import CUTOFFS, distinct, first_rank, ranking_scores, recall_at_k

rankings = st.lists(st.lists(st.integers(0, 30).map(str), unique=True), min_size=1, max_size=5)
grades = st.dictionaries(st.integers(0, 30).map(str), st.integers(1, 3), min_size=1, max_size=4)


def test_scores_by_hand() -> None:
    found = [str(i) for i in range(30)]
    one, two, none = ranking_scores(
        [found, ["x", "a", "y", "b"], []], [{"11": 1}, {"a": 1, "b": 2, "c": 1}, {"a": 1}]
    )
    assert one == {
        "recall_at_1": 0,
        "recall_at_5": 0,
        "recall_at_10": 0,
        "recall_at_20": 1,
        "mrr_at_10": 0,
        "ndcg_at_10": 0,
    }
    assert (two["recall_at_1"], two["recall_at_5"]) == (0, pytest.approx(2 / 3))
    assert two["mrr_at_10"] == 0.5
    best = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert two["ndcg_at_10"] == pytest.approx((1 / math.log2(3) + 2 / math.log2(5)) / best)
    assert set(none.values()) == {0}


def test_ranks_decide_and_not_ids() -> None:
    (scores,) = ranking_scores([["z", "a"]], [{"z": 1}])
    assert scores["recall_at_1"] == scores["ndcg_at_10"] == 1


def test_rank_and_distinct() -> None:
    assert distinct(["b", "a", "b", "c", "a"]) == ["b", "a", "c"]
    assert first_rank(["b", "a"], {"a", "b"}) == 1
    assert first_rank(["b", "a"], {"c"}) is None


@given(rankings, st.data())
@settings(max_examples=50)
def test_recall_grows_with_k_and_all_lie_between_0_and_1(rankings: list[list[str]], data: st.DataObject) -> None:
    relevant = [data.draw(grades) for _ in rankings]
    for scores, ranking, wanted in zip(ranking_scores(rankings, relevant), rankings, relevant, strict=True):
        recalls = [scores[f"recall_at_{k}"] for k in CUTOFFS]
        assert recalls == sorted(recalls)
        assert all(0 <= value <= 1 + 1e-9 for value in scores.values())
        assert recall_at_k([ranking], [wanted], 5) == pytest.approx(scores["recall_at_5"])
        rank = first_rank(ranking[:10], wanted)
        assert scores["mrr_at_10"] == pytest.approx(1 / rank if rank else 0)


def test_nothing_to_find_is_refused() -> None:
    with pytest.raises(DataError, match="at least one question"):
        recall_at_k([], [], 1)
    with pytest.raises(DataError, match="something relevant"):
        recall_at_k([["a"]], [set()], 1)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(SettingsError, match=r"quotewell\[evaluate\]"):
        ranking_scores([["a"]], [{"a": 1}])
