from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.qa.cli.running import run


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library with the seed article and one text of ours."""
    folder = tmp_path_factory.mktemp("cli")
    file = folder / "lumen.txt"
    file.write_text("date 2024-05-06\nThe harbour of Lumen was rebuilt in 1931 by Anna Berg.", "utf-8")
    library = str(folder / "library")
    result = run("add", str(file), "--library", library, "--seed")
    assert result.exit_code == 0, result.output
    assert result.stdout == "1 added\n"
    return library


@pytest.fixture
def runtime_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's runtime folder; the path of a socket may not be as long as those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="qw"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)
