from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.errors import SettingsError
from qa.settings import Settings


def test_every_knob_can_come_from_the_environment() -> None:
    environment = {
        "QUOTEWELL_HOME": "libraries",
        "QUOTEWELL_DENSE_WEIGHT": "0.25",
        "QUOTEWELL_PASSAGES": "7",
        "QUOTEWELL_READER": "some/model",
        "UNRELATED": "x",
    }
    settings = Settings.from_environment(environment)
    assert settings.libraries == Path("libraries")
    assert (settings.dense_weight, settings.passages, settings.reader) == (0.25, 7, "some/model")
    assert settings.candidates == Settings().candidates


def test_overrides_win_over_the_environment() -> None:
    assert Settings.from_environment({"QUOTEWELL_PASSAGES": "7"}, passages=3).passages == 3


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("QUOTEWELL_PASSAGES", "many", "QUOTEWELL_PASSAGES must be of type int"),
        ("QUOTEWELL_PASSAGES", "0", "passages must be at least 1"),
        ("QUOTEWELL_CACHE_SIZE", "-1", "cache_size must be at least 0"),
        ("QUOTEWELL_DENSE_WEIGHT", "2", "between 0 and 1"),
        ("QUOTEWELL_MIN_CONFIDENCE", "nan", "between 0 and 1"),
        ("QUOTEWELL_CASCADE", "perhaps", "QUOTEWELL_CASCADE must be of type bool"),
        ("QUOTEWELL_READER_DTYPE", "int4", "auto, float32 or int8"),
    ],
)
def test_senseless_values_are_refused(variable: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings.from_environment({variable: value})


def test_a_list_is_written_like_a_search_path() -> None:
    value = os.pathsep.join(["one/folder", "", "some/model"])
    assert Settings.from_environment({"QUOTEWELL_READERS": value}).readers == ("one/folder", "some/model")


@pytest.mark.parametrize(("value", "expected"), [("on", True), ("False", False), ("0", False)])
def test_a_switch_is_on_or_off(value: str, expected: bool) -> None:
    assert Settings.from_environment({"QUOTEWELL_CASCADE": value}).cascade == expected


def test_libraries_lie_in_the_users_data_folder_by_default() -> None:
    assert Settings().libraries.name == "quotewell"
