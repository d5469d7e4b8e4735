"""quotewell sync: a folder that follows, once or until Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.indexing import watching
from tests.qa.cli.running import run, run_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "vela.txt").write_text("The lighthouse of Vela is 42 metres tall.")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> list[str]:
    return ["-l", str(tmp_path / "library")]


def test_a_folder_follows_and_what_came_otherwise_stays(folder: Path, place: list[str]) -> None:
    planned = run("sync", str(folder), "--dry-run", *place)
    assert planned.stdout == (
        f"added: {folder}/vela.txt\nNothing was changed (--dry-run). It would be:\n1 added\n"
    )
    assert run("sync", str(folder), *place).stdout == f"added: {folder}/vela.txt\n1 added\n"
    (folder / "orm.txt").write_text("The mill of Orm is red.")
    (folder / "vela.txt").unlink()
    report = run_json("sync", str(folder), *place)
    assert report["summary"] == "1 added, 1 removed"
    assert [info["title"] for info in run_json("list", *place)["articles"]] == ["The mill of Orm is red"]
    assert run_json("doctor", *place)["pending"] == 0
    assert run("sync", str(folder), *place).stdout == "1 unchanged\n"


def test_a_missing_folder_is_an_error_and_changes_nothing(folder: Path, place: list[str]) -> None:
    run("sync", str(folder), *place)
    folder.rename(folder.with_name("elsewhere"))
    result = run("sync", str(folder), *place)
    assert (result.exit_code, "Nothing was changed" in str(result.exception or result.stderr)) == (1, True)
    assert len(run_json("list", *place)["articles"]) == 1


def test_many_changes_are_summed_up(folder: Path, place: list[str]) -> None:
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"Article {number} is about something.")
    planned = run("sync", str(folder), "--dry-run", *place).stdout
    assert "and 11 more (--details names all)" in planned
    assert "more (" not in run("sync", str(folder), "--dry-run", "--details", *place).stdout


def test_watching_reports_each_change_and_each_problem_once(
    folder: Path, place: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def watch(path: Path) -> Iterator[None]:
        assert path == folder
        yield  # nothing has changed
        (folder / "orm.txt").write_text("The mill of Orm is red.")
        yield
        moved = folder.rename(folder.with_name("elsewhere"))
        yield
        yield
        moved.rename(folder)
        (folder / "vela.txt").unlink()
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "watch_folder", watch)
    result = run("sync", str(folder), "--watch", *place)
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if ":" in line] == [
        f"added: {folder}/vela.txt",
        f"added: {folder}/orm.txt",
        f"removed: {folder}/vela.txt",
    ]
    assert result.stderr.count("Not followed: there is no folder") == 1


def test_watching_and_a_dry_run_exclude_each_other(folder: Path, place: list[str]) -> None:
    assert run("sync", str(folder), "--watch", "--dry-run", *place).exit_code == 2
