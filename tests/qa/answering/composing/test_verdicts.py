from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.composing.verdicts import VerdictModel, bundled_verdicts, find_verdict, verdict_features
from qa.answering.readers import ReaderWithConfidence
from qa.errors import ModelError
from qa.reader.specialist import Specialist
from qa.types import Article, Reading, Span
from tests.toys import ToyReader, toy_assistant

SURE = {"sentence": 9.0, "passage": 9.0}


class Sure(Specialist):
    """Says yes to whatever does not say "not", and is there for every reader."""

    def is_for(self, fingerprint: str) -> bool:
        return True

    def tag(self, question: str, passages: Sequence[str]) -> list[tuple[Span, ...]]:
        return [() for _ in passages]

    def yes(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [0.001 if " not " in text else 0.999 for _, text in pairs]


class FirstWords(ToyReader):
    """Answers with the first word of every passage."""

    def reading(self, question: str, passage: str) -> Reading:
        return Reading((Span(0, passage.index(" "), 9.0),), 0.0)


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReaderWithConfidence, "specialist", Sure())


@pytest.mark.parametrize(("sentence", "verdict"), [("It can run.", "yes"), ("It can not run.", "no")])
def test_a_sentence_and_its_passage_decide(sentence: str, verdict: str) -> None:
    assert find_verdict("Can the mill run?", sentence, f"It is old. {sentence}", Sure()) == verdict


def test_a_passage_that_is_not_clear_decides_nothing() -> None:
    model = bundled_verdicts()
    assert model.verdict("Can the mill run?", "It can run.", {"sentence": 0.5, "passage": -0.5}) == ""


def test_a_plan_decides_only_questions_about_plans() -> None:
    model = VerdictModel({}, 5.0, 0.8)
    assert model.verdict("Did the people vote?", "The people are to vote in June.", SURE) == ""
    assert model.verdict("Will the people vote?", "The people are to vote in June.", SURE) == "yes"


@pytest.mark.usefixtures("sure")
@pytest.mark.parametrize(("text", "verdict"), [("can still run", "yes"), ("can not run", "no")])
def test_a_reply_to_yes_or_no_is_the_whole_sentence(text: str, verdict: str) -> None:
    with toy_assistant(reader=FirstWords()) as assistant:
        assistant.add(Article(f"Anna Berg {text} the mill. It is old.", source="a"))
        reply = assistant.ask("Can Anna Berg run the mill?")
    assert reply.answer
    assert (reply.kind, reply.answer.text) == ("yes_no", f"Anna Berg {text} the mill.")
    assert (reply.answer.extent, reply.to_dict()["answer"]["verdict"]) == ("sentence", verdict)


def test_there_is_no_verdict_without_a_specialist_for_the_reader() -> None:
    with toy_assistant(reader=FirstWords()) as assistant:
        assistant.add(Article("Anna Berg can still run the mill. It is old.", source="a"))
        reply = assistant.ask("Can Anna Berg run the mill?")
    assert reply.answer
    assert reply.answer.verdict == ""


@pytest.mark.usefixtures("sure")
def test_copies_of_the_sentence_that_decides_support_it_as_one_story() -> None:
    wire = "Anna Berg can still run the mill on the river, the county said on Monday after a long look. It is old."
    with toy_assistant(reader=FirstWords()) as assistant:
        assistant.add(*(Article(wire, source=paper) for paper in ("courier", "ledger")))
        reply = assistant.ask("Can Anna Berg run the mill?")
    assert reply.answer
    assert (len(reply.answer.citations), reply.answer.support) == (2, 1)


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    model = VerdictModel({"sentence": 1.5}, -0.5, 0.8)
    model.save(tmp_path / "verdicts.json")
    assert VerdictModel.load(tmp_path / "verdicts.json") == model
    (tmp_path / "verdicts.json").write_text("{}")
    with pytest.raises(ModelError, match="not a model of verdicts"):
        VerdictModel.load(tmp_path / "verdicts.json")


@given(st.floats(0, 1), st.floats(0, 1))
def test_any_shares_have_a_probability(alone: float, within: float) -> None:
    class Given(Sure):
        def yes(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
            return [alone, within]

    (features,) = verdict_features([("Is it?", "It is.", "It is. So.")], Given())
    assert 0 < bundled_verdicts().predict(features) < 1
