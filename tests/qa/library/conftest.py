"""A library on disk and one in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER


@pytest.fixture(params=["disk", "memory"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteLibrary]:
    if request.param == "memory":
        made = SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION)
    else:
        made = SqliteLibrary.open(tmp_path / "library", encoder=ENCODER, dimension=DIMENSION)
    with made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"
