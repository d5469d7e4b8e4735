from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa import Assistant
from qa.answering.confidence import ConfidenceModel, SoftmaxConfidence
from qa.answering.readers import ReaderWithConfidence, build_reader, build_readers
from qa.errors import ModelError, SettingsError
from qa.reader.model import BUNDLED
from qa.settings import Settings
from qa.types import Article, Reading, Span
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
    assert stages == ["retrieve", "read", "answer", "compose", "load", "retrieve", "read", "answer", "compose"]
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


def confidence_file(folder: Path, **changes: Any) -> None:
    """Write the bundled confidence model with some of its fields changed."""
    fields = json.loads((BUNDLED / "confidence.json").read_text("utf-8"))
    (folder / "confidence.json").write_text(json.dumps(fields | changes), "utf-8")


def built(folder: Path) -> ReaderWithConfidence:
    (reader,) = build_readers(Settings(readers=(str(folder),))).values()
    return reader


def test_the_bundled_confidence_belongs_to_the_bundled_weights_whatever_their_folder_and_dtype(
    tmp_path: Path,
) -> None:
    bundled = ConfidenceModel.load()
    assert bundled.is_fitted_to(build_reader(Settings(reader_dtype="float32")).fingerprint)
    assert bundled.is_fitted_to(build_reader(Settings(reader_dtype="int8")).fingerprint)
    assert built(copied_model(tmp_path / "copy", confidence=False)).confidence == bundled


def test_other_weights_have_no_calibrated_confidence(tmp_path: Path) -> None:
    without = built(copied_model(tmp_path / "without", confidence=False, is_other=True))
    copied = built(copied_model(tmp_path / "copied", is_other=True))
    assert not without.is_calibrated
    assert not copied.is_calibrated
    assert isinstance(without.confidence, SoftmaxConfidence)
    assert without.confidence.reach is None


def test_a_confidence_fitted_to_the_weights_is_taken_from_their_folder(tmp_path: Path) -> None:
    folder = copied_model(tmp_path / "own", confidence=False, is_other=True)
    confidence_file(folder, intercept=-9.0, fingerprint=build_reader(Settings(reader=str(folder))).fingerprint)
    reader = built(folder.rename(tmp_path / "renamed"))
    assert reader.is_calibrated
    assert isinstance(reader.confidence, ConfidenceModel)
    assert reader.confidence.intercept == -9.0


def test_a_confidence_of_before_fingerprints_is_trusted_next_to_weights_of_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own, copied = (copied_model(tmp_path / name, confidence=False, is_other=True) for name in ("own", "copied"))
    confidence_file(own, intercept=-9.0, fingerprint="")
    confidence_file(copied, fingerprint="")
    assert built(own).is_calibrated
    assert "does not say which reader it was fitted to" in caplog.text
    assert not built(copied).is_calibrated
    elsewhere = ReaderWithConfidence(ScriptedReader(), own)
    assert not elsewhere.is_calibrated


class ScriptedReader:
    """A reader of one's own: it finds the same two words everywhere."""

    fingerprint = "scripted:1"

    def warm_up(self) -> None:
        pass

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> list[Reading]:
        starts = [passage.find("Anna Berg") for _, passage in pairs]
        return [Reading((Span(at, at + 9, 3.0),) if at >= 0 else (), 1.0) for at in starts]


def test_a_reader_of_ones_own_gets_its_softmax_score_and_the_reply_says_so(assistant: Assistant) -> None:
    own = Assistant(assistant.library, assistant._encoder, ScriptedReader(), Settings())
    own.add(LUMEN, *(Article(f"Bees of kind {n} make honey.", f"Bees {n}", f"bees {n}") for n in range(6)))
    reply = own.ask(QUESTION)
    assert reply.answer
    assert (reply.answer.text, reply.calibrated) == ("Anna Berg", False)
    assert reply.answer.confidence == pytest.approx(1 / (1 + math.exp(-2)))
    assert reply.to_dict()["calibrated"] is False
    assert len(reply.readings) > 2
    assert all(reading.was_read for reading in reply.readings)
    assert assistant.ask(QUESTION).calibrated
    assert own.rate(reply, "good").confidence is None


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
