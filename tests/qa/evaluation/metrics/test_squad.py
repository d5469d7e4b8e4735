import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import DataError
from qa.evaluation.metrics.squad import (
    Score,
    abstain,
    best_threshold,
    exact_match,
    f1,
    f1_v1,
    is_correct,
    normalize,
    score,
    score_v1,
    squad_metrics,
)

texts = st.lists(
    st.sampled_from(["the", "A", "red", "Red,", "barge", "barge's", "–", "10%", "…", "!"]), max_size=5
).map(" ".join)
# a prediction of words that do not count is not "", yet is as right when there is no answer: left to its own test
predictions = texts.map(lambda text: text if normalize(text) else "")
runs = st.lists(
    st.tuples(predictions, st.lists(texts, max_size=3), st.floats(-9, 9), st.booleans()), min_size=1, max_size=12
)


def split(
    run: list[tuple[str, list[str], float, bool]],
) -> tuple[list[str], list[list[str]], list[float], list[bool]]:
    predictions, golds, na_scores, abstained = (list(column) for column in zip(*run, strict=True))
    return predictions, golds, na_scores, abstained


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Red\tBarge!", "red barge"),
        ("an anthem", "anthem"),
        ("U.S.A.", "usa"),
        ("the-barge", "thebarge"),  # punctuation goes before articles
        ("a–b", "–b"),  # a dash beyond ASCII stays, and ends a word
        ("The", ""),
        ("10%", "10"),
        ("ÉTÉ’s", "été’s"),
    ],
)
def test_normalize(text: str, normal: str) -> None:
    assert normalize(text) == normal


def test_f1_counts_words_in_common_as_often_as_both_have_them() -> None:
    # 2 words of 3 given are among the 2 of 4 wanted: precision 2/3, recall 1/2
    assert f1("red red barge", "the red barge of Pallin") == pytest.approx(4 / 7)
    assert f1("red", "blue") == 0
    assert f1("red barge", "barge red") == 1
    assert exact_match("red barge", "barge red") == 0


def test_empty_texts_agree_in_v2_alone() -> None:
    assert (f1("", "The"), f1_v1("", "The")) == (1, 0)
    assert (f1("", "red"), f1_v1("", "red")) == (0, 0)
    assert exact_match("the", "") == 1


def test_v2_drops_golds_without_words_and_v1_keeps_them() -> None:
    assert score("", ["the", "red"]) == Score(0, 0)
    assert score_v1("", ["the", "red"]) == Score(1, 0)
    assert score("", ["the"]) == score("an", []) == Score(1, 1)
    assert score("red", []) == Score(0, 0)


def test_the_best_gold_counts_for_each_metric() -> None:
    assert score("red barge", ["blue", "red barge of Pallin", "a red barge"]) == Score(1, 1)


def test_metrics_of_a_run_with_unanswerable_questions() -> None:
    metrics, scores = squad_metrics(
        predictions=["red barge", "Pallin", "noon", ""],
        golds=[["the red barge"], ["in Pallin"], [], []],
        na_scores=[-2.0, 1.0, -1.0, 3.0],
        abstained=[False, True, False, True],
    )
    assert scores == [Score(1, 1), Score(0, 0), Score(0, 0), Score(1, 1)]
    assert (metrics.n, metrics.exact_match, metrics.f1) == (4, 50, 50)
    assert (metrics.has_answer_exact, metrics.has_answer_f1) == (50, 50)
    assert (metrics.no_answer_exact, metrics.no_answer_f1) == (50, 50)
    # from 2 for saying nothing: red barge +1, noon -1, Pallin +0 and +2/3, "" +0
    assert (metrics.best_exact, metrics.best_exact_threshold) == (75, -2)
    assert (metrics.best_f1, metrics.best_f1_threshold) == (75, -2)
    assert "best_f1_threshold" not in metrics.to_dict()
    assert metrics.to_dict()["best_f1"] == 75


def test_metrics_of_a_run_in_which_all_questions_have_answers() -> None:
    metrics, scores = squad_metrics(["red barge", "Pallin"], [["red"], ["Pallin"]], [5.0, 9.0], [True, True])
    assert scores == [Score(0, pytest.approx(2 / 3)), Score(1, 1)]
    assert (metrics.exact_match, metrics.f1) == (50, pytest.approx(250 / 3))
    assert (metrics.has_answer_f1, metrics.no_answer_exact, metrics.no_answer_f1) == (metrics.f1, None, None)
    assert (metrics.best_f1, metrics.best_f1_threshold) == (pytest.approx(metrics.f1), 9)


def test_no_questions_are_refused() -> None:
    with pytest.raises(DataError, match="no questions"):
        squad_metrics([], [], [], [])


def test_the_best_threshold_is_zero_when_silence_is_best() -> None:
    assert best_threshold([0.0, 0.0], ["red", "blue"], [-3.0, -2.0], [False, False]) == (100, 0)


def test_equal_no_answer_scores_are_taken_in_their_order() -> None:
    # the script stops after the first of the two, which no threshold can
    assert best_threshold([1.0, 0.0], ["red", "blue"], [1.0, 1.0], [True, False]) == (100, 1)
    assert best_threshold([0.0, 1.0], ["blue", "red"], [1.0, 1.0], [False, True]) == (50, 0)


def test_the_search_takes_any_text_for_an_answer() -> None:
    metrics, _ = squad_metrics(["the", "red"], [[], ["red"]], [0.0, 1.0], [False, False])
    assert (metrics.f1, metrics.best_f1) == (100, 50)


@given(texts, texts)
def test_metrics_agree_with_each_other(one: str, other: str) -> None:
    assert exact_match(one, other) <= f1(one, other) <= 1
    assert f1_v1(one, other) <= f1(one, other)
    assert f1(one, other) == f1(other, one)
    assert exact_match(one, other) == exact_match(other, one)
    assert exact_match(one, one) == f1(one, one) == 1
    assert normalize(normalize(one)) == normalize(one)


@given(texts, st.lists(texts, min_size=1, max_size=4), texts)
def test_another_gold_with_words_never_lowers_a_score(prediction: str, golds: list[str], more: str) -> None:
    if not normalize(more):
        more = "red"
    before, after = score_v1(prediction, golds), score_v1(prediction, [*golds, more])
    assert (before.exact, before.f1) <= (after.exact, after.f1)
    if any(map(normalize, golds)):
        assert score(prediction, golds).f1 <= score(prediction, [*golds, more]).f1


@given(runs, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_questions_does_not_matter(
    run: list[tuple[str, list[str], float, bool]], rng: random.Random
) -> None:
    distinct = [(text, golds, float(i), quiet) for i, (text, golds, _, quiet) in enumerate(run)]
    shuffled = rng.sample(distinct, len(distinct))
    before, after = squad_metrics(*split(distinct))[0].to_dict(), squad_metrics(*split(shuffled))[0].to_dict()
    assert after == {name: value and pytest.approx(value) for name, value in before.items()}


@given(runs, st.floats(-10, 10))
@settings(max_examples=50)
def test_the_best_threshold_is_at_least_as_good_as_any(
    run: list[tuple[str, list[str], float, bool]], threshold: float
) -> None:
    predictions, golds, na_scores, _ = split(run)
    metrics, _ = squad_metrics(predictions, golds, na_scores, [na > threshold for na in na_scores])
    assert metrics.best_f1 >= metrics.f1 - 1e-9
    assert metrics.best_exact >= metrics.exact_match - 1e-9


@given(runs)
@settings(max_examples=50)
def test_the_best_threshold_is_found_by_trying_all(run: list[tuple[str, list[str], float, bool]]) -> None:
    predictions, golds, _, _ = split(run)
    na_scores = [float(i) for i in range(len(run))]
    has_answer = [bool(answers) for answers in golds]
    raw = [score(text, answers) for text, answers in zip(predictions, golds, strict=True)]
    tried = [
        sum(one.f1 for one in abstain(raw, [na > threshold for na in na_scores], has_answer))
        for threshold in [-math.inf, *na_scores]
    ]
    best, _ = best_threshold([one.f1 for one in raw], predictions, na_scores, has_answer)
    assert best == pytest.approx(100 * max(tried) / len(run))


@pytest.mark.parametrize(
    ("prediction", "right"),
    [("Jens Stoltenberg", True), ("Stoltenberg", True), ("the Stoltenberg.", True), ("NATO", False), ("", False)],
)
def test_an_answer_is_correct_when_it_shares_half(prediction: str, right: bool) -> None:
    assert is_correct(prediction, ["Jens Stoltenberg"]) is right
