from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.assistant import Assistant
from qa.errors import LibraryError
from qa.evaluation import Example, evaluate_reader, load_examples
from qa.export.feedback import export_squad, to_squad
from qa.feedback import Feedback, Verdict, feedback_on
from qa.reader import Reader
from qa.types import Reply
from tests.qa.replies import LUMEN, abstained, answered, cited, found
from tests.qa.test_feedback import stored


def exported(path: Path, *feedback: Feedback) -> list[Example]:
    export_squad(stored(*feedback), path)
    return load_examples(path)


def test_a_good_answer_is_a_question_with_an_offset(tmp_path: Path) -> None:
    (example,) = exported(tmp_path / "f.json", feedback_on(answered(), "good"))
    assert (example.id, example.question, example.title) == ("feedback-1", "Who rebuilt the harbour?", "Lumen")
    assert example.answers == ("Anna Berg",)
    (start,) = example.answer_starts
    assert example.context[start : start + len("Anna Berg")] == "Anna Berg"


@pytest.mark.parametrize(
    ("reply", "verdict", "plausible"),
    [(abstained(), "good", []), (abstained(), "unanswerable", []), (answered(), "unanswerable", ["Anna Berg"])],
)
def test_what_the_articles_do_not_answer(
    tmp_path: Path, reply: Reply, verdict: Verdict, plausible: list[str]
) -> None:
    (example,) = exported(tmp_path / "f.json", feedback_on(reply, verdict))
    assert example.is_impossible
    assert example.context == found().text
    (question,) = questions(json.loads((tmp_path / "f.json").read_text()))
    assert [answer["text"] for answer in question["plausible_answers"]] == plausible


@pytest.mark.parametrize("reply", [answered(), abstained(), abstained(guess=False, nearest=False)])
def test_a_wrong_answer_is_left_to_a_person(reply: Reply) -> None:
    squad = to_squad(stored(feedback_on(reply, "bad", "No: Nils.")))
    assert not squad["data"]
    (question,) = squad["to_review"]
    assert (question["question"], question["comment"]) == (reply.question, "No: Nils.")
    assert [answer["text"] for answer in question["plausible_answers"]] == (["Anna Berg"] if reply.answer else [])


def test_an_answer_that_is_not_in_its_context_is_not_exported(tmp_path: Path) -> None:
    broken = Reply("Who?", answered().answer, answered().answers, (), 0.5, {})
    (kept,) = stored(feedback_on(broken, "good"))
    assert kept.context == cited().sentence
    assert kept.answer_start is not None  # the sentence stands in for a passage that is not there
    moved = Feedback(**{name: getattr(kept, name) for name in Feedback.__dataclass_fields__} | {"start": 3})
    assert to_squad([moved])["data"] == []


def test_questions_of_a_passage_share_it(tmp_path: Path) -> None:
    squad = to_squad(stored(feedback_on(answered(), "good"), feedback_on(answered(question="Who?"), "good")))
    ((paragraph,),) = [article["paragraphs"] for article in squad["data"]]
    assert [question["id"] for question in paragraph["qas"]] == ["feedback-1", "feedback-2"]


def test_counts_and_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    given = stored(*(feedback_on(answered(), verdict) for verdict in ("good", "bad", "unanswerable")))
    assert export_squad(given, tmp_path / "f.json") == (2, 1)
    with pytest.raises(LibraryError, match="cannot write"):
        export_squad(given, tmp_path / "missing" / "f.json")


def test_an_answer_is_asked_rated_and_evaluated(assistant: Assistant, reader: Reader, tmp_path: Path) -> None:
    assistant.add(LUMEN)
    first = assistant.rate(assistant.ask("Who rebuilt the harbour?", min_confidence=0), "bad")
    assistant.rate(
        assistant.ask("Who rebuilt the harbour?", min_confidence=0), "good", comment="Yes.", replaces=first
    )
    assistant.rate(assistant.ask("Who sank the ferry in 2012?", min_confidence=1), "good")
    assistant.remove(LUMEN.id)

    assert [given.verdict for given in assistant.feedback()] == ["good", "good"]
    assert assistant.export_feedback(tmp_path / "f.json") == (2, 0)
    examples = load_examples(tmp_path / "f.json")
    assert [example.is_impossible for example in examples] == [False, True]
    assert evaluate_reader(reader, examples[:1]).has_answer_f1 == 100


def questions(squad: dict[str, Any]) -> list[dict[str, Any]]:
    return [q for article in squad["data"] for paragraph in article["paragraphs"] for q in paragraph["qas"]]
