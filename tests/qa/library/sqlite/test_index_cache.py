"""The index mirrors the vectors: after changes by this process and others, and from files in any state."""

import logging
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import faiss_index
from embeddings.checksums import Checksums
from embeddings.faiss_index import FaissIndex
from qa.errors import LibraryError
from qa.library.base import IndexedArticle
from qa.library.sqlite.index import index_cache
from qa.library.sqlite.library import SqliteLibrary
from qa.types import Filters
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed, unit

MADE = [indexed(f"{number}", size=4) for number in range(12)]
LOGGERS = "qa.library"


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


def index_file(folder: Path) -> Path:
    [path] = folder.glob("index-*")
    return path


def assert_agrees(library: SqliteLibrary, articles: list[IndexedArticle]) -> None:
    """Search for everything: each vector must be found, and as many as there are."""
    vectors = np.concatenate([made.vectors for made in articles])
    found = library.search_dense(unit(0)[0], 10_000)
    assert [score for _, score in found] == pytest.approx(sorted(vectors @ unit(0)[0], reverse=True), abs=2e-3)
    passages = {stored.passage for stored in library.passages([id_ for id_, _ in found]).values()}
    assert passages == {passage for made in articles for passage in made.passages}


@pytest.fixture
def filled(folder: Path) -> Path:
    with open_toy(folder) as library:
        library.put(MADE[:10])
    return folder


def test_a_saved_index_is_used_as_it_is(
    filled: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[int] = []
    add = FaissIndex.add
    monkeypatch.setattr(FaissIndex, "add", lambda self, ids, *rest: added.extend(ids) or add(self, ids, *rest))
    before = index_file(filled).stat().st_mtime_ns
    with open_toy(filled) as library:
        assert_agrees(library, MADE[:10])
    assert added == []
    assert index_file(filled).stat().st_mtime_ns == before
    assert caplog.record_tuples == []


def spoil_nothing_left(path: Path) -> None:
    path.unlink()


def spoil_truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def spoil_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def spoil_foreign_index(path: Path) -> None:
    index = FaissIndex(DIMENSION)
    count = sum(len(made.passages) for made in MADE[:10])
    index.add(np.arange(1, count + 1), unit(77, count=count), np.arange(count))
    index.save(path)


def spoil_dimension(path: Path) -> None:
    FaissIndex(DIMENSION + 1).save(path)


def spoil_with_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_nothing_left,
        spoil_truncated,
        spoil_bytes,
        spoil_foreign_index,
        spoil_dimension,
        spoil_with_a_folder,
    ],
)
def test_a_missing_or_damaged_file_is_rebuilt_with_a_warning(
    filled: Path, caplog: pytest.LogCaptureFixture, spoil
) -> None:
    spoil(index_file(filled))
    with open_toy(filled) as library:
        assert_agrees(library, MADE[:10])
    assert "rebuilt from the library" in caplog.text
    if spoil is spoil_with_a_folder:
        return  # the folder is still in the way: the library works without a file
    caplog.clear()
    with open_toy(filled) as library:
        assert_agrees(library, MADE[:10])
    assert caplog.record_tuples == []


def test_a_file_of_an_earlier_version_is_rebuilt_once(filled: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = index_file(filled)
    path.write_bytes(b"QWINDEX1" + path.read_bytes()[8:])
    with open_toy(filled) as library:
        assert library.doctor().healthy
        assert_agrees(library, MADE[:10])
    assert "earlier version; the index is rebuilt from the library" in caplog.text
    caplog.clear()
    with open_toy(filled) as library:
        assert_agrees(library, MADE[:10])
    assert caplog.record_tuples == []


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an index be clustered from nine vectors on, and clustered anew when they have quadrupled."""
    monkeypatch.setattr(faiss_index, "EXACT_LIMIT", 8)


def sizes_when_clustered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sizes: list[int] = []
    clustered = FaissIndex.clustered
    monkeypatch.setattr(
        FaissIndex, "clustered", lambda size, sample: sizes.append(size) or clustered(size, sample)
    )
    return sizes


def test_an_index_is_clustered_as_it_grows(
    library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch, small_limit: None
) -> None:
    sizes = sizes_when_clustered(monkeypatch)
    assert library.search_dense(unit(0)[0], 1) == []
    for count in range(len(MADE)):
        library.put(MADE[count : count + 1])
        assert_agrees(library, MADE[: count + 1])
    assert sizes == [12, 48]


def test_a_clustered_index_follows_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, small_limit: None
) -> None:
    with open_toy(folder) as library:
        library.put(MADE[:10])
    sizes = sizes_when_clustered(monkeypatch)
    with open_toy(folder) as library, open_toy(folder) as other:
        assert_agrees(library, MADE[:10])
        other.put(MADE[10:])
        other.remove([MADE[0].article.id])
        assert_agrees(library, MADE[1:])
        library.remove([MADE[1].article.id])
        assert_agrees(library, MADE[2:])
        assert_agrees(other, MADE[2:])
        assert library.doctor().healthy
        kept = library.passages_of([MADE[7].article.id])
        found = library.search_dense(unit(0)[0], 9, Filters(articles=(MADE[7].article.id,)))
        assert sorted(id_ for id_, _ in found) == [stored.id for stored in kept]
    assert sizes == []


def test_clustering_that_an_error_interrupts_is_continued(
    folder: Path, monkeypatch: pytest.MonkeyPatch, small_limit: None
) -> None:
    monkeypatch.setattr(index_cache, "READ_AT_ONCE", 7)
    add, calls = FaissIndex.add, 0

    def fail_once(self: FaissIndex, *arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise MemoryError("no memory")
        add(self, *arguments)

    with open_toy(folder) as library:
        library.put(MADE)
        monkeypatch.setattr(FaissIndex, "add", fail_once)
        with pytest.raises(MemoryError):
            library.search_dense(unit(0)[0], 5)
        assert_agrees(library, MADE)


def test_a_large_index_is_rebuilt_part_by_part(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_cache, "READ_AT_ONCE", 7)
    index_file(filled).unlink()
    with open_toy(filled) as library:
        assert_agrees(library, MADE[:10])


def test_a_rebuild_that_an_error_interrupts_is_continued(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_cache, "READ_AT_ONCE", 7)
    index_file(filled).unlink()
    read, parts = index_cache.read_vectors, 0

    def fail_once(*arguments: Any) -> Any:
        nonlocal parts
        parts += 1
        if parts == 3:
            raise LibraryError("the library contains damaged vectors")
        return read(*arguments)

    monkeypatch.setattr(index_cache, "read_vectors", fail_once)
    with open_toy(filled) as library:
        with pytest.raises(LibraryError, match="damaged"):
            library.search_dense(unit(0)[0], 5)
        assert_agrees(library, MADE[:10])
    assert parts == 1 + -(-len(MADE[:10]) * 4 // 7)


def test_a_stale_file_catches_up_by_difference(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = index_file(filled)
    kept = filled.parent / stale.name
    shutil.copy(stale, kept)
    with open_toy(filled) as library:
        library.put(MADE[10:])
        library.remove([MADE[0].article.id])
    index_file(filled).unlink()
    shutil.copy(kept, stale)
    added: list[int] = []
    add = FaissIndex.add
    monkeypatch.setattr(FaissIndex, "add", lambda self, ids, *rest: added.extend(ids) or add(self, ids, *rest))
    with open_toy(filled) as library:
        assert_agrees(library, MADE[1:])
    assert len(added) == sum(len(made.passages) for made in MADE[10:])


def test_changes_in_this_process_are_followed_in_step(
    library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.put(MADE[:5])
    assert_agrees(library, MADE[:5])
    monkeypatch.setattr(index_cache, "read_checksums", None)  # what comparing would call
    library.put(MADE[5:8])
    assert_agrees(library, MADE[:8])
    library.remove([MADE[2].article.id])
    assert_agrees(library, MADE[:2] + MADE[3:8])
    changed = indexed("0", "another text", size=3, seed=9)
    library.put([changed])
    assert_agrees(library, [changed, *MADE[1:2], *MADE[3:8]])


def test_changes_by_others_are_noticed(filled: Path) -> None:
    with open_toy(filled) as library, open_toy(filled) as other:
        assert_agrees(library, MADE[:10])
        other.put(MADE[10:])
        assert_agrees(library, MADE)
        library.remove([MADE[3].article.id])
        other.remove([MADE[4].article.id])
        assert_agrees(other, MADE[:3] + MADE[5:])
        assert_agrees(library, MADE[:3] + MADE[5:])
        other.remove([made.article.id for made in MADE])
        assert library.search_dense(unit(0)[0], 5) == []
    with open_toy(filled) as library:
        assert library.search_dense(unit(0)[0], 5) == []


def test_vectors_that_others_put_come_without_comparing_all(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = index_cache.read_checksums
    counts: list[int] = []

    def counted(connection: sqlite3.Connection, after: int = -1) -> Checksums:
        found = read(connection, after)
        counts.append(len(found))
        return found

    late = MADE[10]
    with open_toy(filled) as library, open_toy(filled) as other:
        assert_agrees(library, MADE[:10])
        monkeypatch.setattr(index_cache, "read_checksums", counted)
        other.put([replace(late, vectors=None)])
        ids = other.pending(99)
        other.put_vectors(ids[:1], late.vectors[:1])
        other.put_vectors(ids[1:], late.vectors[1:])
        assert_agrees(library, MADE[:11])
    assert counts == [len(ids)]


def test_older_files_are_deleted(filled: Path) -> None:
    (filled / "index-1.faiss.4711.tmp").write_bytes(b"left by a crash")
    with open_toy(filled) as library:
        library.put(MADE[10:])
        library.search_dense(unit(0)[0], 1)
        generation = library.generation
    assert index_file(filled).name == f"index-{generation}.faiss"


def test_few_changes_do_not_rewrite_a_large_file(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_cache, "SAVED_SHARE", 0.5)
    earlier = index_file(filled)
    with open_toy(filled) as library:
        library.put(MADE[10:11])
        assert_agrees(library, MADE[:11])
    assert index_file(filled) == earlier
    with open_toy(filled) as library:
        assert_agrees(library, MADE[:11])


def test_many_changes_are_saved_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_cache, "SAVE_AFTER", 10)
    with open_toy(folder) as library:
        library.search_dense(unit(0)[0], 1)
        library.put(MADE)
        assert index_file(folder).name == f"index-{library.generation}.faiss"


def test_an_index_that_cannot_be_saved_is_a_warning(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: FaissIndex, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FaissIndex, "save", fail)
    with open_toy(folder) as library:
        library.put(MADE)
    assert "No space left" in caplog.text


def test_an_index_that_cannot_apply_a_change_is_rebuilt(
    library: SqliteLibrary, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.put(MADE[:5])
    assert_agrees(library, MADE[:5])

    def fail(self: FaissIndex, *arguments: object) -> None:
        raise MemoryError("no memory")

    with monkeypatch.context() as patch:
        patch.setattr(FaissIndex, "add", fail)
        library.put(MADE[5:])
    assert "could not apply" in caplog.text
    assert_agrees(library, MADE)


def test_nothing_is_logged_in_a_new_library(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, LOGGERS)
    with open_toy(folder) as library:
        assert library.search_dense(unit(0)[0], 5) == []
        library.put(MADE)
        assert_agrees(library, MADE)
    assert caplog.record_tuples == []
