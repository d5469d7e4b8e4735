from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.composing.verdicts import VerdictModel, bundled_verdicts, verdict_features
from qa.errors import ModelError
from qa.types import Article, Reading, Span
from tests.toys import ToyReader, toy_assistant

CLEAR, UNCLEAR = (9.0, -12.0), (0.0, 0.0)
"""What the reader makes of a question and of its negation."""


class FirstWords(ToyReader):
    """Answers with the first word of every passage, unless the question is negated."""

    fingerprint = f"toy:{bundled_verdicts().reader}"

    def reading(self, question: str, passage: str) -> Reading:
        return Reading((Span(0, passage.index(" "), -12.0 if "n't" in question else 9.0),), 0.0)


class OtherReader(FirstWords):
    """The same, but the model of verdicts was not fitted to it."""

    fingerprint = "toy:other"


def test_a_clear_sentence_gets_a_verdict_and_another_none() -> None:
    model = bundled_verdicts()
    assert model.verdict("Can the mill run?", "The mill can still run, the county confirmed.", CLEAR) == "yes"
    assert model.verdict("Is the mill still running?", "It has not been decided.", UNCLEAR) == ""


def test_a_plan_decides_only_questions_about_plans() -> None:
    model = VerdictModel({}, 5.0, 0.8, "0123")
    assert model.verdict("Did the people vote?", "The people are to vote in June.", CLEAR) == ""
    assert model.verdict("Will the people vote?", "The people are to vote in June.", CLEAR) == "yes"


def test_a_reading_of_the_negated_question_speaks_against_it() -> None:
    question, sentence, model = "Did the union agree?", "The union did agree.", bundled_verdicts()
    sure, unsure = (model.predict(verdict_features(question, sentence, (5.0, other))) for other in (-9.0, 5.0))
    assert unsure < sure


@pytest.mark.parametrize(
    "against", ["The union did not agree.", "The union did agree no longer.", "The union refused to agree."]
)
def test_negation_and_reversals_speak_against_it(against: str) -> None:
    question, model = "Did the union agree?", bundled_verdicts()
    plain = model.predict(verdict_features(question, "The union did agree.", CLEAR))
    assert model.predict(verdict_features(question, against, CLEAR)) < plain


@pytest.mark.parametrize(("reader", "verdict"), [(FirstWords(), "yes"), (OtherReader(), "")])
def test_a_reply_to_yes_or_no_is_the_whole_sentence(reader: ToyReader, verdict: str) -> None:
    article = Article("Anna Berg can still run the mill. It is old.", source="a")
    with toy_assistant(reader=reader) as assistant:
        assistant.add(article)
        reply = assistant.ask("Can Anna Berg run the mill?")
    assert reply.answer
    assert (reply.kind, reply.answer.text) == ("yes_no", "Anna Berg can still run the mill.")
    assert (reply.answer.extent, reply.to_dict()["answer"]["verdict"]) == ("sentence", verdict)


def test_copies_of_the_sentence_that_decides_support_it_as_one_story() -> None:
    wire = "Anna Berg can still run the mill on the river, the county said on Monday after a long look. It is old."
    with toy_assistant(reader=FirstWords()) as assistant:
        assistant.add(*(Article(wire, source=paper) for paper in ("courier", "ledger")))
        reply = assistant.ask("Can Anna Berg run the mill?")
    assert reply.answer
    assert (len(reply.answer.citations), reply.answer.support) == (2, 1)


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    model = VerdictModel({"share": 1.5}, -0.5, 0.8, "0123")
    model.save(tmp_path / "verdicts.json")
    assert VerdictModel.load(tmp_path / "verdicts.json") == model
    (tmp_path / "verdicts.json").write_text("{}")
    with pytest.raises(ModelError, match="not a model of verdicts"):
        VerdictModel.load(tmp_path / "verdicts.json")


@given(st.text(max_size=40), st.text(max_size=80), st.floats(-100, 100), st.floats(-100, 100))
def test_any_words_have_a_probability(question: str, sentence: str, margin: float, other: float) -> None:
    assert 0 <= bundled_verdicts().predict(verdict_features(question, sentence, (margin, other))) <= 1
