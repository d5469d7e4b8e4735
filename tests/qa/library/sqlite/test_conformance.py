"""SQLite passes the conformance tests for stores, on disk and in memory."""

import sqlite3
from pathlib import Path

import pytest

from qa.testing.library import LibraryTests, SingleHandleTests


class TestOnDisk(LibraryTests):
    @pytest.fixture
    def address(self, tmp_path: Path) -> str:
        return str(tmp_path / "library")

    def inject_fault(self, address: str) -> None:
        connection = sqlite3.connect(Path(address) / "library.db")
        connection.execute('UPDATE passages SET "end" = 999 WHERE id = 1')
        connection.commit()
        connection.close()


class TestInMemory(SingleHandleTests):
    @pytest.fixture
    def address(self) -> str:
        return ":memory:"
