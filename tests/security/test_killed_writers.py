"""What the benchmark that kills writers relies on; the conformance tests for stores kill some."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.crash import EARLIER, check, entry_of
from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, downgrade


@pytest.mark.parametrize("version", EARLIER)
def test_a_library_of_an_earlier_version_has_lost_nothing(tmp_path: Path, version: int) -> None:
    versions = {"0/1": 1, "0/2": 2}
    with closing(SqliteLibrary.open(tmp_path, encoder=ENCODER, dimension=DIMENSION)) as library:
        library.put([entry_of(*each) for each in versions.items()])
    downgrade(tmp_path, version)
    assert check(tmp_path, [[versions]]) == [versions]
