from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from qa.evaluation.predictions import Prediction
from qa.evaluation.report.wrong_answers import EXPLANATIONS, ErrorKind, error_kind, wrong_answers
from tests.qa.evaluation.report.making import OTHER, PASSAGE, WRONG, line


@pytest.mark.parametrize("kind", get_args(ErrorKind))
def test_each_kind_of_error_is_told(kind: ErrorKind) -> None:
    assert error_kind(WRONG[kind], passages_read=10) == kind
    assert kind in EXPLANATIONS


@pytest.mark.parametrize(
    "right",
    [
        line(),
        line(gold=[], answerable=False, answered=False),
        line(in_library=False, answered=False, correct=False, exact_match=0.0, f1=0.0),
        line(citation=None, answer="", gold=[], answerable=False),
    ],
)
def test_what_is_right_is_no_error(right: Prediction) -> None:
    assert error_kind(right) is None


def test_a_gold_passage_below_those_read_counts_as_not_retrieved() -> None:
    below = line(**{**WRONG["wrong passage"], "gold_rank": 12})
    assert error_kind(below, passages_read=10) == "not retrieved"
    assert error_kind(below) == "wrong passage"


def test_errors_of_the_reader_alone() -> None:
    alone = line()
    del alone["citation"], alone["confidence"]
    assert error_kind(alone | Prediction(exact_match=0.0, f1=0.4, correct=False)) == "boundary"  # type: ignore[typeddict-item]
    missed = alone | Prediction(exact_match=0.0, f1=0.0, correct=False, answer="1,240")  # type: ignore[typeddict-item]
    ((shown,), _) = wrong_answers([missed])
    assert (shown["kind"], shown["sure"]) == ("wrong span", 0.8)
    assert [piece for piece in shown["gold_passage"] if piece[1]] == [("Anna Berg", 2), ("1,240", 1)]


def test_retrieval_alone_is_wrong_where_the_passage_is_far_down() -> None:
    found: Any = {"id": "q", "seed": 0, "question": "Who?", "source": "s", "gold": ["x"], "answerable": True}
    assert error_kind({**found, "ranks": {"final": 5, "dense": 9}}) is None
    assert error_kind({**found, "ranks": {"final": 6}}) == error_kind({**found, "ranks": {}}) == "not retrieved"
    assert error_kind({**found, "answerable": False, "ranks": {}}) is None
    ((shown,), _) = wrong_answers([{**found, "ranks": {"final": 6}}])
    assert shown["rank"] == 6


def test_the_quote_and_the_expected_answer_are_marked() -> None:
    (shown, other, boundary), _ = wrong_answers([WRONG["wrong span"], WRONG["wrong passage"], WRONG["boundary"]])
    assert text_of(shown["cited"]["passage"]) == PASSAGE
    assert [piece for piece in shown["cited"]["passage"] if piece[1]] == [("Anna Berg", 2), ("1,240 ships", 1)]
    assert "gold_passage" not in shown
    assert (text_of(other["cited"]["passage"]), text_of(other["gold_passage"])) == (OTHER, PASSAGE)
    assert [piece for piece in boundary["cited"]["passage"] if piece[1]] == [("by ", 1), ("Anna Berg", 3)]


def test_long_passages_are_cut_around_what_is_marked() -> None:
    context = f"{'a ' * 2000}Anna Berg{' b' * 2000}"
    start = context.index("Anna")
    ((shown,), _) = wrong_answers(
        [line(**{**WRONG["wrong passage"], "context": context, "gold_spans": [[start, start + 9]]})]
    )
    text = text_of(shown["gold_passage"])
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert "Anna Berg" in text
    assert len(text) < 1000


def test_the_surest_of_each_kind_are_shown() -> None:
    lines = [line(**{**WRONG["wrong span"], "id": f"q{i}", "confidence": i / 10}) for i in range(10)]
    shown, counts = wrong_answers([*lines, WRONG["should have answered"]], most=3)
    assert [one["sure"] for one in shown] == [0.9, 0.8, 0.7, 0.2]
    assert counts == {"wrong span": 10, "should have answered": 1}
    json.dumps(shown, allow_nan=False)


def text_of(pieces: list[tuple[str, int]]) -> str:
    return "".join(text for text, _ in pieces)
