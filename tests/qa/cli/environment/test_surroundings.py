from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.cli.environment.surroundings import library_place, settings_variables
from qa.settings import Settings
from tests.toys import toy_assistant


def test_paths_of_settings_mean_the_same_in_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    environment = {
        "PATH": "x",
        "QUOTEWELL_READER": "mine",
        "QUOTEWELL_ENCODER": "org/model",
        "QUOTEWELL_READERS": os.pathsep.join(["mine", "org/other"]),
        "QUOTEWELL_PASSAGES": "5",
        "QUOTEWELL_TEXT_FIELD": "",
    }
    assert settings_variables(environment) == {
        "QUOTEWELL_READER": str(tmp_path / "mine"),
        "QUOTEWELL_ENCODER": "org/model",
        "QUOTEWELL_READERS": os.pathsep.join([str(tmp_path / "mine"), "org/other"]),
        "QUOTEWELL_PASSAGES": "5",
    }


def test_a_library_is_where_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment()
    for folder in (settings.libraries / "news", tmp_path / "here"):
        toy_assistant(folder=folder).close()
    (tmp_path / "news").mkdir()
    assert library_place("news") == str(settings.libraries / "news")
    assert library_place("here") == library_place("./here") == str(tmp_path / "here")
    assert library_place("postgresql://host/news") == "postgresql://host/news"
    assert library_place("none") is library_place(":memory:") is None


def test_without_a_home_libraries_are_where_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("QUOTEWELL_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    toy_assistant(folder=Settings.from_environment().libraries / "news").close()
    assert library_place("news") == str(Settings.from_environment().libraries / "news")
