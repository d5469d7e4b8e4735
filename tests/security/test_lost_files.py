"""One bad line or one vanishing file ended a whole add; some files were left out without a word."""

import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.cli.output import report_text
from qa.errors import LoadError
from qa.indexing import items as indexed_items
from qa.loaders import LoadFailure, files, load, walk_files
from qa.types import PARTS, Article
from tests.qa.loaders.documents import pdf_bytes, zip_bytes

TEXT = "hello there my friend of the sea"
FIELDS = {
    "fractional heading": {"headings": [{"start": 0.0, "end": 5.5, "level": 1}]},
    "fractional level": {"headings": [{"start": 0, "end": 5, "level": 1.5}]},
    "boolean heading": {"headings": [{"start": False, "end": True, "level": True}]},
    "overlapping headings": {
        "headings": [{"start": 0, "end": 20, "level": 1}, {"start": 5, "end": 10, "level": 1}]
    },
    "nested metadata": {"metadata": {"a": {"b": 1}}},
    "odd tags": {"tags": [1, None, {"a": 1}]},
    "boolean pages": {"pages": [True, 0]},
    "blank title": {"title": "\n\t"},
    "infinite date": {"date": 1e400},
    "long source": {"source": "x" * 100_000},
    "many tags": {"tags": "a," * 100_000},
    "surrogate title": {"title": "\ud800"},
    "NUL in a tag": {"tags": ["\0"]},
    "surrogate source": {"source": "\udfff"},
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_bad_line_is_at_most_one_failure(tmp_path: Path, name: str) -> None:
    lines = [{"text": "First text."}, {"text": TEXT, **FIELDS[name]}, {"text": "Last text."}]
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "z.txt").write_text("Another good text.")
    with Assistant.in_memory(seed=False) as assistant:
        report = assistant.add(tmp_path, embed="later")
        assert report.count("added") in (3, 4) and len(report.results) == 4
        assert len(assistant.articles()) == report.count("added")
        assert not assistant.doctor().problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "sub/b.txt", "sub/c.xyz", "d.xyz", "noname", ".hidden.xyz", "z.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Some text of " + name)
    (tmp_path / "sub" / "ring").symlink_to(tmp_path)
    return tmp_path


def outcomes(folder: Path, report) -> dict[str, tuple[str, str]]:
    return {
        Path(result.source).relative_to(folder).as_posix(): (result.outcome, result.reason)
        for result in report.results
    }


def test_skipped_files_are_reported(folder: Path) -> None:
    with Assistant.in_memory(seed=False) as assistant:
        report = assistant.add(folder, embed="later")
    results = outcomes(folder, report)
    assert results["d.xyz"] == results["sub/c.xyz"] == ("skipped", ".xyz is not a known format")
    assert results["noname"] == ("skipped", "the name has no suffix")
    assert results["sub/ring"] == ("skipped", "a link to a folder that is included already")
    assert ".hidden.xyz" not in results
    assert str(report) == "3 added, 4 skipped"
    assert {kind: len(group) for kind, group in report.skipped.items()} == {
        "unknown formats": 3,
        "links to folders": 1,
    }
    assert not report.failures


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("globs", [(), ("*.txt", "*.html")])
def test_pipes_sockets_and_devices_are_skipped(folder: Path, globs: tuple[str, ...]) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "device.html").symlink_to(os.devnull)
    with socket.socket(socket.AF_UNIX) as server, Assistant.in_memory(seed=False) as assistant:
        server.bind(str(folder / "socket.txt"))
        report = assistant.add(folder, globs=globs, embed="later")
    results = outcomes(folder, report)
    assert results["pipe.txt"] == ("skipped", "a named pipe, not a file")
    assert results["socket.txt"] == ("skipped", "a socket, not a file")
    assert results["device.html"] == ("skipped", "a device, not a file")
    assert (report.count("added"), report.count("failed")) == (3, 0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_never_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.html")
    with pytest.raises(LoadError, match="not a regular file"):
        list(load(folder / "pipe.html"))
    regular = (folder / "a.txt").stat()
    monkeypatch.setattr(files.Path, "stat", lambda *_, **__: regular)  # a pipe takes the place of a file
    with pytest.raises(LoadError, match="empty"):
        list(load(folder / "pipe.html"))


def test_members_of_an_archive_that_are_skipped_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_bytes({"a.txt": "Text", "b.mp3": "x", ".c.mp3": "x"}))
    _, skipped = load(tmp_path / "a.zip")
    assert isinstance(skipped, LoadFailure) and skipped.is_skipped
    assert (skipped.source, skipped.reason) == (f"{tmp_path}/a.zip!/b.mp3", ".mp3 is not a known format")


def test_an_unreadable_folder_is_a_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refusing(path):
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    items = list(walk_files([folder]))
    (failure,) = (item for item in items if isinstance(item, LoadFailure) and not item.is_skipped)
    assert failure.source == f"{folder}/sub" and "Permission denied" in failure.reason
    assert folder / "z.txt" in items


def test_files_and_folders_that_vanish_are_failures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walk_then_remove(*args):
        items = list(walk_files(*args))
        shutil.rmtree(folder / "sub")
        return items

    monkeypatch.setattr(indexed_items, "walk_files", walk_then_remove)
    with Assistant.in_memory(seed=False) as assistant:
        results = outcomes(folder, assistant.add(folder, embed="later"))
    assert results["sub/b.txt"] == ("failed", "no such file: check the path")
    assert results["z.txt"][0] == "added"


def test_a_folder_that_vanishes_during_the_walk_is_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = files.Path.stat

    def vanish(path, **options):
        if path.name == "sub":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return stat(path, **options)

    monkeypatch.setattr(files.Path, "stat", vanish)
    items = list(walk_files([folder]))
    assert any(isinstance(item, LoadFailure) and item.source == f"{folder}/sub" for item in items)
    assert folder / "z.txt" in items


def test_the_terminal_summarises_skipped_files(folder: Path) -> None:
    for number in range(5):
        (folder / f"{number}.xyz").touch()
    with Assistant.in_memory(seed=False) as assistant:
        text = report_text(assistant.add(folder, embed="later"))
    assert "8 files not read: unknown formats (.xyz 7, no suffix 1)\n" in text
    assert "1 file not read: links to folders (ring)\n" in text


def test_every_file_that_is_not_read_is_named_on_request(folder: Path) -> None:
    with Assistant.in_memory(seed=False) as assistant:
        text = report_text(assistant.add(folder, embed="later"), details=True)
    assert f"3 files not read: unknown formats:\n  {folder}/d.xyz: .xyz is not a known format\n" in text
    assert f"  {folder}/noname: the name has no suffix\n" in text


def test_what_is_left_out_is_told_apart_by_kind(tmp_path: Path) -> None:
    for name in ("a.GIF", "b.webp", "c.mp3", "d.mkv", "e.qqq", "~$open.docx", "f.txt"):
        (tmp_path / name).write_text(TEXT)
    with Assistant.in_memory(seed=False) as assistant:
        report = assistant.add(tmp_path, embed="later")
    kinds = {kind: [Path(result.source).name for result in group] for kind, group in report.skipped.items()}
    assert kinds == {
        "images": ["a.GIF", "b.webp"],
        "audio": ["c.mp3"],
        "videos": ["d.mkv"],
        "unknown formats": ["e.qqq"],
    }
    assert report.count("added") == 1


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    pages = [[], ["One page has text."], [], [], ["So has this one."], []]
    (tmp_path / "scan.pdf").write_bytes(pdf_bytes(pages))
    article, left_out = load(tmp_path / "scan.pdf")
    assert isinstance(article, Article) and len(article.pages) == 6
    assert isinstance(left_out, LoadFailure) and left_out.is_skipped
    assert (left_out.source, left_out.kind) == (article.source, PARTS)
    assert left_out.reason.startswith("no text on pages 1, 3-4, 6 of 6:")
    with Assistant.in_memory(seed=False) as assistant:
        report = assistant.add(tmp_path, embed="later")
        assert str(report) == "1 added, 1 skipped"
        assert "1 file partly read: pages without text (scan.pdf)" in report_text(report)
        assert str(assistant.add(tmp_path, embed="later")) == "1 unchanged, 1 skipped"


def test_files_parsed_ahead_are_reported_in_their_order(tmp_path: Path) -> None:
    for number in range(40):
        suffix = (".html", ".txt", ".pdf", ".md")[number % 4]
        (tmp_path / f"{number:02}{suffix}").write_text(f"Text number {number}.")
    with Assistant.in_memory(seed=False) as assistant:
        progress = []
        report = assistant.add(tmp_path, embed="later", on_progress=progress.append)
    assert [Path(result.source).stem for result in report.results] == [f"{number:02}" for number in range(40)]
    assert (report.count("added"), report.count("failed")) == (30, 10)
    assert progress[-1].sources_done == progress[-1].sources == 40
