"""Files are loaded by all workers at once, within a budget, and come in their order."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from qa.indexing import loading_ahead
from qa.indexing.loading_ahead import load_ahead
from qa.loaders import WORKERS, Limits, LoadFailure
from qa.types import Article

OPTIONS = {"max_mb": 10, "limits": Limits()}
MIB = 1 << 20


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files of two mebibytes, too large to be parsed together, as their sizes are told."""
    monkeypatch.setattr(loading_ahead, "size_for_worker", lambda path: 2 * MIB if path.suffix == ".html" else None)
    return [tmp_path / f"{number}.html" for number in range(40)]


def sources(loaded: Any) -> list[str]:
    return [item.source for items in loaded for item in items]


def test_as_many_files_are_loaded_at_once_as_there_are_workers(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(WORKERS)

    def load(paths: list[Path], **_: object) -> list[list[Article]]:
        together.wait(60)
        return [[Article("A text.", source=path.name)] for path in paths]

    monkeypatch.setattr(loading_ahead, "load_together", load)
    count = 2 * WORKERS
    assert sources(load_ahead(files[:count], **OPTIONS)) == [path.name for path in files[:count]]


def test_no_more_is_loaded_ahead_than_the_budget_allows(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def load(paths: list[Path], **_: object) -> list[list[Article]]:
        begun.extend(path.name for path in paths)
        return [[Article("A text.", source=path.name)] for path in paths]

    monkeypatch.setattr(loading_ahead, "load_together", load)
    monkeypatch.setattr(loading_ahead, "BYTES_AHEAD", 6 * MIB)
    taken = load_ahead(files, **OPTIONS)
    for number, items in enumerate(taken, 1):
        assert [item.source for item in items] == [f"{number - 1}.html"]
        assert len(begun) <= number + 3
    assert sorted(begun) == sorted(path.name for path in files)


def test_all_kinds_of_sources_keep_their_order(tmp_path: Path) -> None:
    given: list[Any] = []
    for number in range(30):
        path = tmp_path / f"{number}.{('txt', 'html', 'md')[number % 3]}"
        path.write_text(f"<p>Text {number}.</p>")
        given.append(path)
    given[5:5] = [Article("An article.", source="article"), LoadFailure("left out", "why"), tmp_path / "none.html"]
    found = sources(load_ahead(given, **OPTIONS))
    assert found == [item.source if isinstance(item, Article | LoadFailure) else str(item) for item in given]


def test_an_error_while_loading_is_not_lost(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def load(paths: list[Path], **_: object) -> list[list[Article]]:
        raise RuntimeError("a defect")

    monkeypatch.setattr(loading_ahead, "load_together", load)
    with pytest.raises(RuntimeError, match="a defect"):
        sources(load_ahead(files, **OPTIONS))
