from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import ui
from qa.assistant import Assistant
from qa.errors import SettingsError
from tests.qa.cli.running import run
from ui import ServerOptions


def test_several_libraries_are_served_by_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []

    def serve(assistants: Mapping[str, Assistant], _: ServerOptions) -> None:
        served.extend(f"{name} {assistant.article_count}" for name, assistant in assistants.items())

    monkeypatch.setattr(ui, "serve", serve)
    result = run("serve", "--library", f"{tmp_path}/news/", "--also", f"{tmp_path}/sport")

    assert result.exit_code == 0, result.output
    assert served == ["news 0", "sport 0"]


def test_two_libraries_of_the_same_name_are_refused(tmp_path: Path) -> None:
    result = run("serve", "--library", f"{tmp_path}/a/news", "--also", f"{tmp_path}/b/news")

    assert isinstance(result.exception, SettingsError)
    assert "two libraries have the same name" in str(result.exception)
