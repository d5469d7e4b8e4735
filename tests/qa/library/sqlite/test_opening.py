"""Opening folders: new ones, others' ones, damaged ones, several processes at once."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.sqlite import database
from qa.library.sqlite.library import SqliteLibrary
from qa.library.sqlite.migrations import APPLICATION_ID, SCHEMA_VERSION
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed
from tests.waiting import PATIENCE


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


def raw(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "library.db", isolation_level=None)


def test_a_library_lasts(folder: Path) -> None:
    with open_toy(folder) as library:
        library.put([indexed("a"), indexed("b")])
        generation = library.generation
    with open_toy(folder) as library:
        assert [info.source for info in library.articles()] == ["a", "b"]
        assert library.generation == generation
        assert library.search_lexical("text", 5)
        assert library.search_dense(indexed("b").vectors[0], 1)[0][0] == 2


def test_closing_leaves_two_files(folder: Path) -> None:
    with open_toy(folder) as library:
        library.put([indexed("a")])
        generation = library.generation
    assert sorted(path.name for path in folder.iterdir()) == [f"index-{generation}.faiss", "library.db"]


def test_the_file_says_what_it_is(folder: Path) -> None:
    open_toy(folder).close()
    connection = raw(folder)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_another_encoder_is_refused_by_name(folder: Path) -> None:
    open_toy(folder).close()
    with pytest.raises(LibraryError, match=r"encoder toy:1, not with toy:2.*doctor --rebuild"):
        SqliteLibrary.open(folder, encoder="toy:2", dimension=DIMENSION)


def test_without_an_encoder_any_library_opens_for_reading_and_removing(folder: Path) -> None:
    with open_toy(folder) as library:
        library.put([indexed("a"), indexed("b")])
    with SqliteLibrary.open(folder, encoder=None) as library:
        assert library.encoder == ENCODER
        assert len(library.articles()) == 2
        assert library.doctor().healthy
        assert len(list(library.iter_articles())) == 2
        assert library.remove([indexed("a").article.id]) == 1
        with pytest.raises(LibraryError, match="without an encoder"):
            library.put([indexed("c")])
    with open_toy(folder) as library:
        assert len(library) == 1


def test_another_encoder_while_open_is_noticed(folder: Path) -> None:
    with open_toy(folder) as library, SqliteLibrary.open(folder, encoder=None) as other:
        library.put([indexed("a")])
        other.renew_vectors("toy:2", 3)
        with pytest.raises(LibraryError, match="toy:2"):
            library.put([indexed("b")])
        with pytest.raises(LibraryError, match="toy:2"):
            library.search_dense(indexed("a").vectors[0], 1)
        assert len(library) == 1


@pytest.mark.parametrize("encoder", [ENCODER, None])
def test_no_library_and_none_wanted(folder: Path, encoder: str | None) -> None:
    with pytest.raises(LibraryError, match=r"no library at .*quotewell add"):
        SqliteLibrary.open(folder, encoder=encoder, dimension=DIMENSION, create=encoder is None)
    assert not folder.exists()


def test_a_folder_of_other_things_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(LibraryError, match="not a library: it holds other files"):
        open_toy(folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_folder(folder: Path) -> None:
    folder.write_text("x")
    with pytest.raises(LibraryError, match="is a file"):
        open_toy(folder)
    with pytest.raises(LibraryError, match="cannot be opened"):
        open_toy(folder / "inside")


def test_a_database_of_another_program_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    connection = raw(folder)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = (folder / "library.db").read_bytes()
    with pytest.raises(LibraryError, match="another program"):
        open_toy(folder)
    assert (folder / "library.db").read_bytes() == before


def test_a_newer_version_is_refused(folder: Path) -> None:
    open_toy(folder).close()
    connection = raw(folder)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(LibraryError, match=r"newer version .*pip install --upgrade"):
        open_toy(folder)


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be read as one" * 100, b"SQLite format 3\0" * 9]
)
def test_no_database_is_refused(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "library.db").write_bytes(content)
    with pytest.raises(LibraryError, match="damaged"):
        open_toy(folder)
    assert (folder / "library.db").read_bytes() == content


def test_a_truncated_database_is_an_error_of_ours(folder: Path) -> None:
    with open_toy(folder) as library:
        library.put(indexed(f"{number}", "some words " * 200, size=100) for number in range(30))
    content = (folder / "library.db").read_bytes()
    (folder / "library.db").write_bytes(content[: len(content) // 2])
    with pytest.raises(LibraryError, match="damaged"), open_toy(folder) as library:
        library.put([indexed("x")])
        list(library.iter_articles())


def test_a_creation_that_was_interrupted_is_finished(folder: Path) -> None:
    folder.mkdir()
    (folder / "library.db").touch()
    with open_toy(folder) as library:
        library.put([indexed("a")])
        assert library.doctor().healthy


def test_a_read_only_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_toy(folder).close()
    monkeypatch.setattr("qa.library.sqlite.library.os.access", lambda *_: False)
    with pytest.raises(LibraryError, match="read-only"):
        open_toy(folder)


def test_a_locked_library_says_so_and_stays_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    with open_toy(folder) as library:
        library.put([indexed("a")])
        connection = raw(folder)
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="another process is changing it"):
            library.put([indexed("b")])
        with open_toy(folder) as other:  # looking needs no lock
            assert len(other.articles()) == len(other.search_dense(indexed("a").vectors[0], 5)) == 1
        connection.execute("ROLLBACK")
        connection.close()
        library.put([indexed("b")])
        assert len(library) == 2


def test_a_full_disk_changes_nothing(folder: Path) -> None:
    with open_toy(folder) as library:
        library.put([indexed("a")])
        with library._database.read() as connection:
            connection.execute("PRAGMA max_page_count = 30")
        with pytest.raises(LibraryError, match=r"disk is full.*Nothing"):
            library.put([indexed("b"), indexed("c", "many words " * 20_000, size=1000)])
        assert [info.source for info in library.articles()] == ["a"]
        assert library.doctor().healthy
        library.put([indexed("b")])
        assert len(library.search_dense(indexed("b").vectors[0], 5)) == 2


ADD = """
import sys
from pathlib import Path
from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed

with SqliteLibrary.open(Path(sys.argv[1]), encoder=ENCODER, dimension=DIMENSION) as library:
    for number in range(10):
        library.put([indexed(f"{sys.argv[2]}/{number}", size=6)])
        library.search_dense(indexed("x").vectors[0], 3)
    library.remove([indexed(f"{sys.argv[2]}/0").article.id])
"""


def test_processes_that_create_and_add_at_once(folder: Path) -> None:
    root = Path(__file__).parents[4]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ADD, str(folder), name], cwd=root, stderr=subprocess.PIPE, text=True
        )
        for name in ("p", "q", "r")
    ]
    for child in children:
        _, errors = child.communicate(timeout=PATIENCE)
        assert child.returncode == 0, errors
    with open_toy(folder) as library:
        assert sorted(info.source for info in library.articles()) == [
            f"{n}/{i}" for n in "pqr" for i in range(1, 10)
        ]
        assert library.generation == 33
        assert library.doctor().healthy
        made = indexed("q/7", size=6)
        [(found, score)] = library.search_dense(made.vectors[1], 1)
        assert library.passages([found])[found].passage == made.passages[1]
        assert score == pytest.approx(1, abs=1e-3)
