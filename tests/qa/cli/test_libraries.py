"""Libraries by name, and what a new one starts with."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.settings import Settings
from qa.types import Article
from tests.qa.cli.running import run, run_json, run_to_the_end
from tests.toys import toy_assistant


def test_libraries_are_listed_with_their_articles() -> None:
    home = Settings.from_environment().libraries
    assert "`quotewell add --library NAME FILES` creates one" in run("libraries").stdout
    for name in ("news", "sports"):
        with toy_assistant(folder=home / name) as assistant:
            assistant.add(*(Article("The ferry sails.", source=f"{name}{number}") for number in range(len(name))))
    (home / "sports" / "library.db").write_text("nothing")
    news, sports = run_json("libraries")["libraries"]
    assert news == {"name": "news", "folder": str(home / "news"), "articles": 4, "error": ""}
    assert (sports["articles"], "not a library but a text file" in sports["error"]) == (None, True)
    listed = run("libraries").stdout.splitlines()
    assert listed[:2] == ["news  4 articles", f"    {home / 'news'}"]
    assert listed[2] == "sports  cannot be opened"


@pytest.mark.parametrize("command", [["ask", "Who?"], ["chat"], ["list"], ["show", "x"], ["doctor"], ["serve"]])
def test_a_misspelt_library_is_an_error_and_creates_nothing(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Settings.from_environment().libraries
    toy_assistant(folder=home / "news").close()
    assert run_to_the_end(monkeypatch, *command, "--library", "nwes") == 1
    assert "there is no library 'nwes'; did you mean 'news'?" in capsys.readouterr().err
    assert [path.name for path in home.iterdir()] == ["news"]


def test_only_the_default_library_starts_with_the_seed_article_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry to Vela sails at noon.")
    add = ["add", str(tmp_path / "ferry.txt"), "--later"]
    for options, expected in (
        ([], 2),
        (["--library", "news"], 1),
        (["--library", "seeded", "--seed"], 2),
        (["--library", str(tmp_path / "folder")], 1),
    ):
        assert run(*add, *options).stdout == "1 added\n"
        assert len(run_json("list", *options[:2])["articles"]) == expected
    run("add", str(tmp_path / "ferry.txt"), "--later", "--no-seed", "--library", "bare")
    assert [library["name"] for library in run_json("libraries")["libraries"]] == [
        "bare",
        "default",
        "news",
        "seeded",
    ]


def test_a_dry_run_creates_no_library(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "ferry.txt").write_text("The ferry to Vela sails at noon.")
    planned = run("sync", str(tmp_path / "notes"), "--dry-run", "--library", "notes")
    assert "1 added" in planned.stdout
    assert not Settings.from_environment().libraries.exists()


def test_serve_creates_a_library_given_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.serve", lambda *_: None)
    assert run("serve", "--library", str(tmp_path / "new")).exit_code == 0
    assert run_json("list", "--library", str(tmp_path / "new"))["articles"] == []
