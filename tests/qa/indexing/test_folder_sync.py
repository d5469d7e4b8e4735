"""A library that follows a folder: what goes with it, and what stays whatever happens."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.errors import LoadError, SettingsError
from qa.indexing import indexer
from qa.types import AddReport, Article
from tests.toys import toy_assistant

PASTED = Article("A pasted text about the harbour.")


@pytest.fixture
def assistant() -> Assistant:  # type: ignore[override]
    assistant = toy_assistant()
    assistant.add(PASTED)
    return assistant


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes [1]"
    (folder / "sub").mkdir(parents=True)
    write(folder, {"a.txt": "Alpha.", "b.txt": "Beta.", "sub/c.txt": "Gamma."})
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)


def outcomes(report: AddReport, folder: Path) -> dict[str, str]:
    return {result.source.removeprefix(f"{folder}/"): result.outcome for result in report.results}


def texts(assistant: Assistant) -> set[str]:
    return {article.text for article in assistant.iter_articles()} - {PASTED.text}


def test_new_changed_and_deleted_files_follow(assistant: Assistant, folder: Path) -> None:
    assert outcomes(assistant.sync(folder), folder) == {"a.txt": "added", "b.txt": "added", "sub/c.txt": "added"}
    write(folder, {"a.txt": "Alpha, changed.", "d.txt": "Delta."})
    (folder / "b.txt").unlink()

    report = assistant.sync(folder)

    assert outcomes(report, folder) == {
        "a.txt": "updated", "d.txt": "added", "sub/c.txt": "unchanged", "b.txt": "removed"
    }  # fmt: skip
    assert str(report) == "1 added, 1 updated, 1 unchanged, 1 removed"
    assert texts(assistant) == {"Alpha, changed.", "Gamma.", "Delta."}
    assert assistant.embedding_state().pending == 0
    assert assistant.doctor().healthy


def test_what_came_otherwise_stays(assistant: Assistant, folder: Path, tmp_path: Path) -> None:
    write(tmp_path, {"notes [1].txt": "Beside the folder.", "notes [1]b.txt": "A similar name."})
    others = [
        PASTED,
        Article("Uploaded.", source="uploads/a.txt"),
        Article("A page.", source="https://example.org/a"),
    ]
    assistant.add(*others, tmp_path / "notes [1].txt", tmp_path / "notes [1]b.txt")
    assistant.sync(folder)
    shutil.rmtree(folder / "sub")
    (folder / "a.txt").unlink()
    assistant.sync(folder)
    assert texts(assistant) == {"Beta.", "Uploaded.", "A page.", "Beside the folder.", "A similar name."}


def test_files_that_were_added_before_go_as_well(assistant: Assistant, folder: Path) -> None:
    assistant.add(folder)
    (folder / "a.txt").unlink()
    report = assistant.sync(folder)
    assert (report.count("removed"), report.count("unchanged")) == (1, 2)
    assert texts(assistant) == {"Beta.", "Gamma."}


def test_rows_follow_whatever_sources_they_name(assistant: Assistant, folder: Path) -> None:
    rows = [{"text": "Row one."}, {"text": "Row two.", "source": "https://example.org/2"}, {"text": "Row three."}]
    file, copy = folder / "rows.jsonl", folder / "same.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    copy.write_text(json.dumps(rows[1]))
    assistant.sync(folder)
    assert texts(assistant) >= {"Row one.", "Row two.", "Row three."}

    file.write_text("\n".join([json.dumps(rows[0]), '{"text": 3, "id": 2}', "not JSON"]))
    report = assistant.sync(folder)
    assert texts(assistant) & {"Row one.", "Row two.", "Row three."} == {"Row one.", "Row two.", "Row three."}
    assert report.count("failed") == 2, "row 3 cannot be read now, so it stays; row 2 is in the other file"

    copy.unlink()
    file.unlink()
    assert assistant.sync(folder).count("removed") == 3
    assert texts(assistant) == {"Alpha.", "Beta.", "Gamma."}


@pytest.mark.parametrize("follows", [True, False])
def test_a_missing_or_empty_folder_changes_nothing(assistant: Assistant, folder: Path, follows: bool) -> None:
    assistant.sync(folder) if follows else assistant.add(folder)
    generation = assistant.generation
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(LoadError, match=r"there is no folder .* Nothing was changed"):
        assistant.sync(folder)
    folder.mkdir()
    (folder / "lost+found.dat").touch()
    with pytest.raises(
        LoadError, match=r"holds no files to add, but the library has articles of it.*--allow-empty"
    ):
        assistant.sync(folder)
    assert assistant.generation == generation

    folder.joinpath("lost+found.dat").unlink()
    folder.rmdir()
    elsewhere.rename(folder)
    assert assistant.sync(folder).count("unchanged") == 3
    for file in folder.rglob("*.txt"):
        file.unlink()
    assert assistant.sync(folder, allow_empty=True).count("removed") == 3
    assert texts(assistant) == set()
    assert str(assistant.sync(folder)) == "nothing to add"


def test_a_file_that_cannot_be_read_now_keeps_its_article(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    (folder / "a.txt").write_bytes(b"%PDF-1.4 \x00\x01\x02")
    for _ in range(2):
        assert outcomes(assistant.sync(folder), folder)["a.txt"] == "failed"
        assert "Alpha." in texts(assistant)
    write(folder, {"a.txt": "Alpha."})
    assert outcomes(assistant.sync(folder), folder)["a.txt"] == "unchanged"


def test_a_folder_that_cannot_be_read_keeps_its_articles(
    assistant: Assistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.sync(folder)
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", refusing)
        (folder / "sub" / "c.txt").unlink()
        report = assistant.sync(folder)
    assert report.count("removed") == 0
    assert [result.source for result in report.failures] == [f"{folder}/sub"]
    assert list(report.skipped) == ["files that cannot be reached"]
    assert "Gamma." in texts(assistant)
    assert assistant.sync(folder).count("removed") == 1


def test_a_disk_inside_the_folder_may_be_missing(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    (mounted,) = assistant.library.followed(f"{folder}/sub")
    assistant.library.follow([replace(mounted, signature=f"{mounted.signature} elsewhere")])  # on another device
    (folder / "sub" / "c.txt").unlink()

    report = assistant.sync(folder)

    assert report.skipped["files that cannot be reached"][0].source == mounted.path
    assert "Gamma." in texts(assistant)


def test_the_target_of_a_link_may_be_missing(assistant: Assistant, folder: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    write(disk, {"d.txt": "Delta.", "e.txt": "Epsilon."})
    (folder / "link").symlink_to(disk)
    (folder / "e.txt").symlink_to(disk / "e.txt")
    assistant.sync(folder)
    disk.rename(tmp_path / "unplugged")
    report = assistant.sync(folder)
    assert report.count("removed") == 0
    assert texts(assistant) == {"Alpha.", "Beta.", "Gamma.", "Delta.", "Epsilon."}


def test_a_dry_run_reports_the_same_and_changes_nothing(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    write(folder, {"a.txt": "Alpha, changed.", "d.txt": "Delta."})
    (folder / "b.txt").unlink()
    before = (assistant.generation, assistant.library.followed(str(folder)))

    planned = assistant.sync(folder, dry_run=True)

    assert (assistant.generation, assistant.library.followed(str(folder))) == before
    assert planned == assistant.sync(folder)


def test_only_what_looks_changed_is_read(
    assistant: Assistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    load_ahead = indexer.load_ahead

    def spying(sources: list[Path], **options: Any) -> Any:
        read.extend(path.name for path in sources)
        return load_ahead(sources, **options)

    monkeypatch.setattr(indexer, "load_ahead", spying)
    assistant.sync(folder)
    read.clear()
    assert assistant.sync(folder).count("unchanged") == 3
    assert read == []
    write(folder, {"b.txt": "Beta!"})
    assistant.remove(str(folder / "a.txt"))
    assert str(assistant.sync(folder)) == "1 added, 1 updated, 1 unchanged"
    assert read == ["a.txt", "b.txt"]
    read.clear()
    assert assistant.sync(folder, reload=True).count("unchanged") == 3
    assert read == ["a.txt", "b.txt", "c.txt"]


def test_patterns_choose_what_is_added_and_edits_stay(assistant: Assistant, folder: Path) -> None:
    assistant.sync(folder)
    assistant.edit(str(folder / "a.txt"), title="The first", date="2024-05-06")
    write(folder, {"d.md": "Delta.", "e.txt": "Epsilon."})
    assert str(assistant.sync(folder, globs=["*.html"])) == "nothing to add"
    report = assistant.sync(folder, globs=["*.md"])
    assert str(report) == "1 added"
    assert texts(assistant) == {"Alpha.", "Beta.", "Gamma.", "Delta."}
    assistant.sync(folder)
    assert assistant.get(str(folder / "a.txt")).title == "The first"


def test_what_cannot_be_followed_is_said(assistant: Assistant, folder: Path) -> None:
    with pytest.raises(LoadError, match="there is no folder"):
        assistant.sync(folder / "a.txt")
    with pytest.raises(LoadError, match="there is no folder"):
        assistant.sync("\0")
    with pytest.raises(SettingsError, match="globs"):
        assistant.sync(folder, globs="*.md")
    write(folder, {"x.qqq": "?"})
    assert [result.source for result in assistant.sync(folder).skipped["unknown formats"]] == [f"{folder}/x.qqq"]


NAMES = st.sampled_from(["a.txt", "b.txt", "sub/a.txt", "sub/b#1.txt", "sub/!/c.txt"])
STATES = st.lists(st.dictionaries(NAMES, st.sampled_from(["One.", "Two.", "Three."]), min_size=1), max_size=4)


@given(STATES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_library_is_as_the_folder_is(tmp_path: Path, states: list[dict[str, str]]) -> None:
    with toy_assistant() as assistant:
        assistant.add(PASTED)
        folder = tmp_path / "folder"
        for state in states:
            shutil.rmtree(folder, ignore_errors=True)
            for name, text in state.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text)
            assistant.sync(folder, embed="later")
            stored = {article.source: article.text for article in assistant.iter_articles()}
            assert stored.pop(PASTED.source) == PASTED.text
            assert stored == {f"{folder}/{name}": text for name, text in state.items()}
