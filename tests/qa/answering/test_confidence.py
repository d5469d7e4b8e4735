from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.confidence import ConfidenceModel, passage_features, softmax_score, span_features, span_shares
from qa.errors import ModelError
from qa.types import Passage, Reading, RetrievedPassage, Span

SCORES = st.floats(-30, 30)
READINGS = st.lists(
    st.builds(
        Reading,
        st.lists(st.builds(Span, st.just(0), st.just(1), SCORES), max_size=4).map(tuple),
        SCORES,
    ),
    max_size=5,
)


def found(text: str, context: str = "") -> RetrievedPassage:
    return RetrievedPassage(Passage("a", 0, len(text)), 1, text, context, 0.8, 0.6, 3.0, 0.5)


def test_the_bundled_model_loads_and_is_sensible() -> None:
    model = ConfidenceModel.load()
    assert model.ranker["margin"] > 0
    assert model.ranker["retrieval"] > 0


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    model = ConfidenceModel({"margin": 0.5}, {"rank": 2.0}, -1.0)
    model.save(tmp_path / "c.json")
    assert ConfidenceModel.load(tmp_path / "c.json") == model


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"ranker": {}}'])
def test_a_missing_or_damaged_file_says_so(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "c.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ModelError, match="not a confidence model"):
        ConfidenceModel.load(file)


@given(st.floats(-1e6, 1e6))
def test_predictions_are_probabilities(rank: float) -> None:
    assert 0 < ConfidenceModel({}, {"rank": 1.0}, 0.0).predict({"rank": rank}) < 1


def test_predict_is_the_logistic_function() -> None:
    model = ConfidenceModel({}, {"rank": 2.0}, -1.0)
    assert model.predict({"rank": 1.5}) == pytest.approx(1 / (1 + math.exp(-2.0)))


def test_coverage_counts_the_questions_words() -> None:
    features = passage_features(
        "Who built Lumen Harbour in 1931?", found("Anna Berg built it in 1931.", "Lumen")
    ) | span_features(Reading((), 0.0), Span(0, 9, 4.0))
    assert features["words"] == pytest.approx(3 / 4)
    assert features["names"] == pytest.approx(2 / 3)
    assert features["margin"] == 4.0


@pytest.mark.parametrize(
    ("question", "is_open"),
    [("Why did he go?", 1.0), ("How was it built?", 1.0), ("How many came?", 0.0), ("Who asked?", 0.0)],
)
def test_open_questions_ask_for_a_reason_or_a_manner(question: str, is_open: float) -> None:
    assert passage_features(question, found("x"))["open"] == is_open


@given(READINGS)
def test_shares_are_a_softmax_over_all_passages(readings: list[Reading]) -> None:
    shares = span_shares(readings)
    assert [len(row) for row in shares] == [len(reading.spans) for reading in readings]
    assert sum(map(sum, shares)) <= 1 + 1e-9
    scores = [span.score for reading in readings for span in reading.spans]
    assert sum(map(sum, shares)) == pytest.approx(
        sum(map(math.exp, scores))
        / (sum(map(math.exp, scores)) + sum(math.exp(r.null_score) for r in readings) or 1)
    )


@given(READINGS)
def test_the_softmax_score_is_a_probability_in_its_passage(readings: list[Reading]) -> None:
    for reading in readings:
        scores = [softmax_score(reading, span) for span in reading.spans]
        assert sum(scores) == pytest.approx(1 - softmax_score(reading, Span(0, 1, reading.null_score)))


def test_the_softmax_score_knows_of_no_other_passage() -> None:
    reading = Reading((Span(0, 1, 2.0), Span(2, 3, 0.0)), 1.0)
    assert softmax_score(reading, reading.spans[0]) == pytest.approx(math.exp(2) / (math.exp(2) + 1 + math.e))
