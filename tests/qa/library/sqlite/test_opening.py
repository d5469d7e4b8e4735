"""Opening folders: new, foreign, damaged, locked and full ones."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.sqlite import database
from qa.library.sqlite.library import SqliteLibrary
from qa.library.sqlite.migrations import APPLICATION_ID, SCHEMA_VERSION
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


def raw(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "library.db", isolation_level=None)


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


@pytest.mark.parametrize("encoder", [ENCODER, None])
def test_a_missing_library_is_not_created_without_being_asked(folder: Path, encoder: str | None) -> None:
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
    ("content", "kind"),
    [
        (b"", "is not a library but an empty file: restore library.db from a backup"),
        (b"not a database, but long enough to be read as one" * 100, "is not a library but a text file"),
        ("漢".encode() * 3000, "is not a library but a text file"),
        (b"PK\3\4\0\0\0" * 999, "is not a library but a file of another kind, or damaged"),
        (b"SQLite format 3\0" * 9, "damaged"),
        (b"SQLite format 3\0" * 999, "damaged"),
    ],
)
@pytest.mark.parametrize("encoder", [ENCODER, None])
def test_what_is_no_database_is_refused_by_name(
    folder: Path, content: bytes, kind: str, encoder: str | None
) -> None:
    folder.mkdir()
    (folder / "library.db").write_bytes(content)
    with pytest.raises(LibraryError, match=kind):
        SqliteLibrary.open(folder, encoder=encoder, dimension=DIMENSION)
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("library.db", content)]


def test_an_empty_database_is_refused(folder: Path) -> None:
    folder.mkdir()
    connection = raw(folder)
    connection.execute("VACUUM")
    connection.execute("PRAGMA user_version = 0")
    connection.execute("CREATE TABLE mine (x)")
    connection.execute("DROP TABLE mine")
    connection.close()
    with pytest.raises(LibraryError, match="is not a library but an empty database: restore it"):
        open_toy(folder)


def test_a_truncated_database_is_an_error_of_ours(folder: Path) -> None:
    with open_toy(folder) as library:
        library.put(indexed(f"{number}", "some words " * 200, size=100) for number in range(30))
    content = (folder / "library.db").read_bytes()
    (folder / "library.db").write_bytes(content[: len(content) // 2])
    with pytest.raises(LibraryError, match="damaged"), open_toy(folder) as library:
        library.put([indexed("x")])
        list(library.iter_articles())


def test_a_creation_that_was_interrupted_leaves_nothing_in_the_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(database, "migrate", interrupt)
        with pytest.raises(KeyboardInterrupt):
            open_toy(folder)
    assert not list(folder.iterdir())
    (folder / "library.db.123-4.tmp").touch()  # as after kill -9
    (folder / "library.db.123-4.tmp-wal").touch()
    with open_toy(folder) as library:
        library.put([indexed("a")])
        assert library.doctor().healthy


def test_the_first_of_two_that_create_it_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate = database.migrate

    def overtake(connection: sqlite3.Connection) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(database, "migrate", migrate)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(fill).result()
        migrate(connection)

    def fill() -> None:
        with open_toy(folder) as library:
            library.put([indexed("a")])

    monkeypatch.setattr(database, "migrate", overtake)
    with open_toy(folder) as library:
        assert [info.source for info in library.articles()] == ["a"]


def test_a_file_system_without_links_will_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("qa.library.sqlite.files.library_files.os.link", refuse)
    with open_toy(folder) as library:
        library.put([indexed("a")])
    assert sorted(path.name for path in folder.iterdir()) == ["index-1.faiss", "library.db"]


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


def test_a_damaged_schema_is_an_error_of_ours(folder: Path) -> None:
    open_toy(folder).close()
    path = folder / "library.db"
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE articles", b"CREATE T\xa0BLE articles"))
    with pytest.raises(LibraryError, match="damaged text: run `quotewell doctor`, or restore it"):
        open_toy(folder)
