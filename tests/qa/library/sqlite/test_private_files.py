"""A new library is private to its owner; an existing one keeps its permissions."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed, unit

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0o002)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def use(folder: Path) -> dict[str, int]:
    """Write every kind of file that a library has; return their permissions."""
    modes = {}
    with SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION) as library:
        library.put([indexed("a", size=4), indexed("b")])
        library.search_dense(unit(1)[0], 3)
        with library.claim_pending(1, 1):
            modes |= {path.name: mode(path) for path in folder.iterdir()}
        library.put([indexed("c", size=1)])
    return modes | {path.name: mode(path) for path in folder.iterdir()}


def test_a_new_library_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "quotewell" / "news"
    modes = use(folder)
    assert {name.partition(".")[2].partition("-")[0] for name in modes} == {"db", "faiss", "lock"}
    assert {"library.db-wal", "library.db-shm"} <= modes.keys()
    assert set(modes.values()) == {0o600}, modes
    assert [mode(path) for path in (folder, *folder.parents[:2])] == [0o700] * 3


def test_an_existing_library_keeps_its_permissions(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    use(folder)
    for path in folder.glob("*"):
        path.unlink() if path.suffix != ".db" else path.chmod(0o664)
    folder.chmod(0o775)
    modes = use(folder)
    assert {"embedding.lock", "library.db", "library.db-wal"} <= modes.keys()
    assert any(name.endswith(".faiss") for name in modes)
    assert set(modes.values()) == {0o664}, modes
    assert mode(folder) == 0o775
