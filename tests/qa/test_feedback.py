from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qa.errors import QuestionError, SettingsError
from qa.feedback import Feedback, feedback_on
from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, downgrade
from tests.qa.replies import LUMEN, abstained, answered, found


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
