from __future__ import annotations

import threading
from pathlib import Path

import pytest

from qa.indexing import watching
from qa.indexing.watching import watch_folder


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.1)


def later(action: object) -> None:
    timer = threading.Timer(0.5, action)  # type: ignore[arg-type]
    timer.daemon = True
    timer.start()


def test_changes_are_noticed_until_it_is_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    changes = watch_folder(tmp_path, stop)
    later(lambda: (tmp_path / "a.txt").write_text("Alpha."))
    next(changes)
    later((tmp_path / "a.txt").unlink)
    next(changes)
    later(stop.set)
    assert list(changes) == []


def test_a_folder_that_was_missing_is_noticed_when_it_is_back(tmp_path: Path) -> None:
    stop = threading.Event()
    folder = tmp_path / "disk"
    folder.mkdir()
    changes = watch_folder(folder, stop)
    later(lambda: (folder / "a.txt").write_text("Alpha."))
    next(changes)
    folder.rename(tmp_path / "unplugged")
    later(folder.mkdir)
    next(changes)
    later(lambda: (folder / "b.txt").write_text("Beta."))
    next(changes)
    stop.set()


def test_silence_is_no_change_until_it_was_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FULL_SECONDS", 0.2)
    next(watch_folder(tmp_path, threading.Event()))
