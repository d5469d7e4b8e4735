"""SQLite passes the conformance tests for stores, on disk and in memory, and with an index of clusters."""

import sqlite3
from pathlib import Path

import pytest

from embeddings import faiss_index
from qa.testing.library import LibraryTests, SingleHandleTests
from qa.testing.pending import FollowingTests
from qa.testing.processes import ConcurrencyTests
from qa.testing.searching import DenseTests, FilterTests


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


class TestClustered(DenseTests, FilterTests, FollowingTests, ConcurrencyTests):
    """The index holds its vectors in 8 bits from the ninth on; all its clusters are searched."""

    @pytest.fixture
    def address(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setattr(faiss_index, "EXACT_LIMIT", 8)
        monkeypatch.setattr(faiss_index, "PROBED_SHARE", 1)
        return str(tmp_path / "library")
