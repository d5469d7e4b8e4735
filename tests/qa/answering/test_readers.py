from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa import Assistant
from qa.answering.readers import build_readers
from qa.errors import ModelError, SettingsError
from qa.reader.model import BUNDLED
from qa.settings import Settings
from qa.types import Article
from tests.qa.reader.copies import copied_model

LUMEN = Article("The harbour of Lumen was rebuilt in 1931 by Anna Berg.", "Lumen", "lumen")
QUESTION = "Who rebuilt the harbour of Lumen?"


def doubtful(folder: Path) -> Path:
    """A model whose confidence is low in everything."""
    copied_model(folder, confidence=False)
    fitted = json.loads((BUNDLED / "confidence.json").read_text("utf-8"))
    fitted["intercept"] -= 100
    (folder / "confidence.json").write_text(json.dumps(fitted), "utf-8")
    return folder


def assistant_with(assistant: Assistant, *models: Path) -> Assistant:
    settings = Settings(readers=tuple(map(str, models)))
    made = Assistant(
        assistant.library, assistant._encoder, assistant._readers.default.reader, settings, build_readers(settings)
    )
    made.add(LUMEN)
    return made


def test_a_question_asks_for_a_reader_by_name(assistant: Assistant, tmp_path: Path) -> None:
    assistant = assistant_with(assistant, doubtful(tmp_path / "doubtful"))

    stages: list[str] = []
    sure, doubted = (
        assistant.ask(QUESTION, reader=name, on_stage=lambda stage, _: stages.append(stage))
        for name in ("", "doubtful")
    )

    assert sure.answer
    assert (sure.reader, sure.answer.text) == ("", "Anna Berg")
    assert (doubted.reader, doubted.abstained, doubted.answers[0].text) == ("doubtful", True, "Anna Berg")
    assert doubted.answers[0].confidence < 1e-6
    assert stages == ["retrieve", "read", "answer", "retrieve", "load", "read", "answer"]
    assert "load" not in assistant.ask(QUESTION, reader="doubtful").timings


def test_a_talk_changes_its_reader(assistant: Assistant, tmp_path: Path) -> None:
    chat = assistant_with(assistant, copied_model(tmp_path / "second")).chat()

    chat.ask(QUESTION, reader="second")
    chat.ask(QUESTION)

    assert [reply.reader for reply in chat.replies] == ["second", ""]
    assert [reply.to_dict()["reader"] for reply in chat.replies] == ["second", ""]


def test_nothing_is_loaded_before_it_is_asked_for(assistant: Assistant, tmp_path: Path) -> None:
    broken = copied_model(tmp_path / "broken")
    (broken / "tokenizer.json").unlink()
    assistant = assistant_with(assistant, broken)

    assistant.warm_up()

    assert not assistant.readers["broken"].is_loaded
    with pytest.raises(ModelError, match="tokenizer"):
        assistant.ask(QUESTION, reader="broken")
    assert assistant.ask(QUESTION).answer


def test_an_unknown_name_is_refused_with_those_that_there_are(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no reader 'third'; leave it out"):
        assistant_with(assistant).ask(QUESTION, reader="third")
    with pytest.raises(SettingsError, match="no reader 'third'; ask for second, or leave it out"):
        assistant_with(assistant, copied_model(tmp_path / "second")).ask(QUESTION, reader="third")


def test_a_reader_says_whether_its_confidence_was_fitted_to_it(tmp_path: Path) -> None:
    folders = copied_model(tmp_path / "fitted"), copied_model(tmp_path / "unfitted", confidence=False)

    readers = build_readers(Settings(readers=tuple(map(str, folders))))

    assert {name: reader.is_calibrated for name, reader in readers.items()} == {"fitted": True, "unfitted": False}
    assert readers["unfitted"].confidence == readers["fitted"].confidence


def test_what_cannot_be_a_reader_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    one, other = copied_model(tmp_path / "one" / "same"), copied_model(tmp_path / "other" / "same")

    with pytest.raises(ModelError, match="no reader model"):
        build_readers(Settings(readers=(str(tmp_path / "missing"),)))
    with pytest.raises(ModelError, match=r"config\.json"):
        build_readers(Settings(readers=(str(tmp_path / "empty"),)))
    with pytest.raises(SettingsError, match="two readers are called 'same'"):
        build_readers(Settings(readers=(str(one), str(other))))


def test_the_default_reader_brings_its_own_confidence(assistant: Assistant, tmp_path: Path) -> None:
    settings = Settings(reader=str(doubtful(tmp_path / "doubtful")))
    assistant = Assistant(assistant.library, assistant._encoder, assistant._readers.default.reader, settings)
    assistant.add(LUMEN)

    assert assistant.ask(QUESTION).abstained
