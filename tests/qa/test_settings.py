from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from qa.errors import SettingsError
from qa.settings import Settings


def test_every_setting_can_come_from_the_environment() -> None:
    environment = {
        "QUOTEWELL_HOME": "libraries",
        "QUOTEWELL_DENSE_WEIGHT": "0.25",
        "QUOTEWELL_PASSAGES": "7",
        "QUOTEWELL_READER": "some/model",
        "QUOTEWELL_READER_DTYPE": "",
        "QUOTEWELL_LIBRARY": "not a setting",
        "UNRELATED": "x",
    }
    settings = Settings.from_environment(environment)
    assert settings.libraries == Path("libraries")
    assert (settings.dense_weight, settings.passages, settings.reader) == (0.25, 7, "some/model")
    assert settings == Settings(home=Path("libraries"), dense_weight=0.25, passages=7, reader="some/model")


def test_settings_without_from_environment_ignore_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("QUOTEWELL_PASSAGES=8")
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment().passages == 10  # no .env file is read
    monkeypatch.setenv("QUOTEWELL_PASSAGES", "7")
    assert (Settings().passages, Settings.from_environment().passages) == (10, 7)


def test_overrides_win_over_the_environment() -> None:
    assert Settings.from_environment({"QUOTEWELL_PASSAGES": "7"}, passages=3).passages == 3
    assert Settings.from_environment({"QUOTEWELL_PASSAGES": "many"}, passages=3).passages == 3
    with pytest.raises(SettingsError, match=r"^passages must be"):
        Settings.from_environment({"QUOTEWELL_PASSAGES": "7"}, passages=0)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("QUOTEWELL_PASSAGES", "many", "QUOTEWELL_PASSAGES must be a whole number of at least 1, not 'many'"),
        ("QUOTEWELL_PASSAGES", "0", "QUOTEWELL_PASSAGES must be a whole number of at least 1, not '0'"),
        ("QUOTEWELL_CACHE_SIZE", "-1", "a whole number of at least 0, not '-1'"),
        ("QUOTEWELL_DENSE_WEIGHT", "2", "a number between 0 and 1, not '2'"),
        ("QUOTEWELL_MIN_CONFIDENCE", "nan", "a number between 0 and 1, not 'nan'"),
        ("QUOTEWELL_EARLY_STOPPING", "perhaps", "QUOTEWELL_EARLY_STOPPING must be true or false, not 'perhaps'"),
        ("QUOTEWELL_READER_DTYPE", "int4", "QUOTEWELL_READER_DTYPE must be auto, float32 or int8, not 'int4'"),
    ],
)
def test_invalid_variables_are_refused(variable: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings.from_environment({variable: value})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("passages", None, "^passages must be a whole number of at least 1, not None$"),
        ("readers", "some/model", "^readers must be a list of names, not 'some/model'$"),
        ("encoder", 4, "^encoder must be a string or a path, not 4$"),
        ("sentence_weight", -0.1, "^sentence_weight must be a number between 0 and 1, not -0.1$"),
        ("pasages", 3, "^there is no setting 'pasages'; did you mean 'passages'\\?$"),
        ("colour", "red", "^there is no setting 'colour'$"),
    ],
)
def test_invalid_arguments_are_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings(**{name: value})
    with pytest.raises(SettingsError, match=message):
        Settings().replace(**{name: value})


def test_settings_are_values() -> None:
    settings = Settings(passages=3)
    assert settings == Settings().replace(passages=3) == pickle.loads(pickle.dumps(settings))
    assert len({settings, Settings(passages=3), Settings()}) == 2
    with pytest.raises(ValueError, match="frozen"):
        settings.passages = 4  # type: ignore[misc]
    with pytest.raises(TypeError):
        Settings("home")  # type: ignore[misc]


def test_a_list_is_written_like_a_search_path() -> None:
    value = os.pathsep.join(["one/folder", "", "some/model"])
    assert Settings.from_environment({"QUOTEWELL_READERS": value}).readers == ("one/folder", "some/model")


@pytest.mark.parametrize(("value", "expected"), [("on", True), ("False", False), ("0", False)])
def test_a_switch_is_on_or_off(value: str, expected: bool) -> None:
    assert Settings.from_environment({"QUOTEWELL_EARLY_STOPPING": value}).early_stopping == expected


def test_a_former_name_still_works() -> None:
    with pytest.warns(DeprecationWarning, match="QUOTEWELL_CASCADE is now called QUOTEWELL_EARLY_STOPPING"):
        assert not Settings.from_environment({"QUOTEWELL_CASCADE": "off"}).early_stopping
    with pytest.warns(DeprecationWarning, match="cascade is now called early_stopping") as caught:
        assert not Settings(cascade=False).early_stopping  # type: ignore[call-arg]
    assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning):
        assert not Settings().replace(cascade=False).early_stopping
    with pytest.warns(DeprecationWarning):
        both = {"QUOTEWELL_CASCADE": "off", "QUOTEWELL_EARLY_STOPPING": "on"}
        assert Settings.from_environment(both).early_stopping


def test_libraries_lie_in_the_users_data_folder_by_default() -> None:
    assert Settings().libraries.name == "quotewell"
