from __future__ import annotations

from pathlib import Path

import pytest

from qa.answering.time.asked_time import Tense
from qa.answering.time.weighing import TimeModel, bundled_time_model
from qa.errors import ModelError


def test_the_bundled_model_knows_every_tense() -> None:
    assert set(bundled_time_model().tenses) == {tense.value for tense in Tense}


def test_a_model_is_read_back(tmp_path: Path) -> None:
    model = TimeModel({"one": 0.5}, {"lead": 1.0}, {"now": {"newness": 2.0}}, 0.4, 0.3)
    model.save(tmp_path / "time.json")
    assert TimeModel.load(tmp_path / "time.json") == model


def test_a_damaged_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "time.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="not a model of answers in time"):
        TimeModel.load(tmp_path / "time.json")
