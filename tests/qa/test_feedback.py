from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from qa.assistant import Assistant
from qa.errors import LibraryError, QuestionError, SettingsError
from qa.evaluation import Example, evaluate_reader, load_examples
from qa.feedback import Feedback, Verdict, export_squad, feedback_on, to_squad
from qa.library.sqlite import SqliteLibrary
from qa.types import Reply
from tests.qa.library.making import DIMENSION, ENCODER, downgrade
from tests.qa.replies import LUMEN, abstained, answered, cited, found


@pytest.fixture
def toy_folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


def stored(*feedback: Feedback) -> list[Feedback]:
    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as library:
        for given in feedback:
            library.put_feedback(given)
        return library.feedback()


def exported(path: Path, *feedback: Feedback) -> list[Example]:
    export_squad(stored(*feedback), path)
    return load_examples(path)


def test_feedback_lasts(toy_folder: Path) -> None:
    given = feedback_on(answered(), "good", " Just so.\n")
    with open_toy(toy_folder) as library:
        generation = library.generation
        assert library.put_feedback(given).id == 1
        assert library.generation == generation
    with open_toy(toy_folder) as library:
        (kept,) = library.feedback()
    assert kept.given_at.tzinfo is dt.UTC
    assert (kept.verdict, kept.comment, kept.question) == ("good", "Just so.", "Who rebuilt the harbour?")
    assert (kept.answer, kept.confidence, kept.min_confidence) == ("Anna Berg", 0.87, 0.5)
    assert (kept.article_id, kept.source, kept.title) == (LUMEN.id, "notes/lumen.txt", "Lumen")
    assert LUMEN.text[kept.context_start :] == kept.context == found().text
    assert kept.context[kept.answer_start :].startswith("Anna Berg")


def test_an_abstention_keeps_what_was_nearest() -> None:
    (kept,) = stored(feedback_on(abstained(), "bad"))
    assert (kept.answer, kept.confidence, kept.start, kept.answer_start) == (None, 0.2, None, None)
    assert kept.context == found().text
    (empty,) = stored(feedback_on(abstained(guess=False, nearest=False), "bad"))
    assert (empty.answer, empty.confidence, empty.context) == (None, None, "")


def test_a_verdict_can_be_changed() -> None:
    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as library:
        first = library.put_feedback(feedback_on(answered(), "good"))
        library.put_feedback(feedback_on(abstained(), "bad"))
        changed = library.put_feedback(feedback_on(answered(), "bad", "No: Nils.", replaces=first))
        assert changed.id == first.id
        assert [(given.verdict, given.comment) for given in library.feedback()] == [
            ("bad", "No: Nils."),
            ("bad", ""),
        ]


def test_half_characters_are_stored_as_whole_ones() -> None:
    (kept,) = stored(feedback_on(answered(question="Who \ud800?"), "bad", "\udfff"))
    assert (kept.question, kept.comment) == ("Who \ufffd?", "\ufffd")


def test_what_is_no_feedback() -> None:
    with pytest.raises(SettingsError, match="one of good, bad, unanswerable, not 'up'"):
        feedback_on(answered(), "up")  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match="at most 2000"):
        feedback_on(answered(), "good", "x" * 2001)


def test_libraries_of_the_first_schema_are_migrated(toy_folder: Path) -> None:
    open_toy(toy_folder).close()
    downgrade(toy_folder, 1)
    with open_toy(toy_folder) as library:
        library.put_feedback(feedback_on(answered(), "good"))
        assert library.doctor().healthy


def test_a_good_answer_is_a_question_with_its_place(tmp_path: Path) -> None:
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
def test_what_is_merely_wrong_is_left_to_a_person(reply: Reply) -> None:
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


def test_an_answer_is_asked_rated_and_evaluated(assistant: Assistant, tmp_path: Path) -> None:
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
    assert evaluate_reader(assistant._reader, examples[:1]).has_answer_f1 == 100


def questions(squad: dict[str, Any]) -> list[dict[str, Any]]:
    return [q for article in squad["data"] for paragraph in article["paragraphs"] for q in paragraph["qas"]]
