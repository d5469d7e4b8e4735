"""The config file: which one is read, what it sets, and what its errors say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.cli.environment.config import NAMES, config_in_environment, find_config
from qa.errors import SettingsError
from qa.settings import Settings
from tests.qa.cli.running import run, run_to_the_end
from tests.toys import toy_assistant
from ui.serving.settings import ServerSettings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a config file in the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "quotewell.toml"


def test_the_names_are_those_of_all_settings_but_secrets() -> None:
    settings = Settings.model_fields.keys() | ServerSettings.model_fields.keys()
    assert set(NAMES) == settings - {"token", "metrics_token", "session_key"} | {"library"}
    assert sorted(NAMES) == list(NAMES)


def test_a_file_sets_what_the_environment_does_not(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / "model").mkdir()
    file.write_text(
        'min_confidence = 0.7\npassages = 5\nearly_stopping = false\nreaders = ["model", "other"]\nreader = ""\n'
        'library = "news"\n'
    )
    monkeypatch.setenv("QUOTEWELL_PASSAGES", "7")
    before = dict(os.environ)
    with config_in_environment(None):
        settings = Settings.from_environment()
        assert os.environ["QUOTEWELL_LIBRARY"] == "news"
    assert (settings.min_confidence, settings.passages, settings.early_stopping) == (0.7, 7, False)
    assert settings.readers == (str(file.parent / "model"), str(file.parent / "other"))
    assert settings.reader == ""
    assert dict(os.environ) == before


def test_models_are_folders_beside_the_file_and_never_names_of_the_hub(file: Path) -> None:
    file.write_text('reader = "org/model"\nlibrary = "./library"')
    with config_in_environment(None):
        assert Settings.from_environment().reader == str(file.parent / "org" / "model")
        assert os.environ["QUOTEWELL_LIBRARY"] == str(file.parent / "library")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "min_confidense = 0.7",
            r"quotewell.toml: there is no setting 'min_confidense'; did you mean 'min_confidence'\?",
        ),
        ("token = 'x'", r"quotewell.toml: there is no setting 'token'"),
        ("passages = [1]", r"quotewell.toml: passages must be a string, a number, true or false, not \[1\]"),
        ("passages 1", r"quotewell.toml cannot be read as TOML"),
    ],
)
def test_a_mistake_is_named(file: Path, content: str, message: str) -> None:
    file.write_text(content)
    with pytest.raises(SettingsError, match=message), config_in_environment(None):
        pass


def test_a_wrong_value_is_named_as_in_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("min_confidence = 7")
    assert run_to_the_end(monkeypatch, "ask", "Who?") == 2
    assert f"min_confidence in {file} must be a number between 0 and 1, not '7'" in capsys.readouterr().err


def test_the_library_of_the_file_is_the_default(file: Path) -> None:
    toy_assistant(folder=Settings.from_environment().libraries / "news").close()
    other = file.with_name("other.toml")
    other.write_text('library = "news"')
    assert "0 articles" in run("--config", str(other), "doctor").stdout
    assert isinstance(run("doctor").exception, Exception)


def test_the_file_of_the_working_folder_comes_before_that_of_the_user(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(file.parent / "config"))
    assert find_config() is None
    own = file.parent / "config" / "quotewell" / file.name
    own.parent.mkdir(parents=True)
    own.write_text("")
    assert find_config() == own
    file.write_text("")
    assert find_config() == file
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert (find_config(), f"{file} belongs to another user" in capsys.readouterr().err) == (
        (file, False) if file.stat().st_uid == 0 else (own, True)
    )
