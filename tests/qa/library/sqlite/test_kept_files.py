"""Files that are kept go with their articles."""

import hashlib
import stat
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.base import IndexedArticle
from qa.library.sqlite.library import SqliteLibrary
from qa.types import FILE_SHA256, Article, article_id
from tests.qa.library.sqlite.making import DIMENSION, ENCODER

ROOM = 1000


def from_file(source: str, data: bytes) -> IndexedArticle:
    digest = hashlib.sha256(data).hexdigest()
    return IndexedArticle(Article("Text", source=source, metadata={FILE_SHA256: digest}), [], [])


def opened(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder / "news", encoder=ENCODER, dimension=DIMENSION)


def files(folder: Path) -> list[Path]:
    return sorted((folder / "news" / "files").iterdir())


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"first")
    return path


def test_a_kept_file_is_read_back_and_goes_with_its_article(tmp_path: Path, pdf: Path) -> None:
    first, second = from_file("a", b"first"), from_file("b", b"first")
    with opened(tmp_path) as library:
        library.put([first, second])
        assert library.kept_file(first.article.id) is None
        assert all(library.keep_file(each.article.id, pdf, ROOM) for each in (first, second, first))
        assert library.kept_file(first.article.id) == b"first"
        library.relabel(Article("Text", "New title", "a", metadata=first.article.metadata))
        assert library.kept_file(first.article.id) == b"first"
        library.remove([first.article.id])
        assert (library.kept_file(first.article.id), library.kept_file(second.article.id)) == (None, b"first")
        library.remove([second.article.id])
        assert files(tmp_path) == []


def test_an_update_from_another_file_removes_what_was_kept(tmp_path: Path, pdf: Path) -> None:
    with opened(tmp_path) as library:
        library.put([from_file("a", b"first"), from_file("b", b"first")])
        assert all(library.keep_file(article_id(source), pdf, ROOM) for source in "ab")
        library.put([from_file("a", b"second"), from_file("b", b"first")])
        assert (library.kept_file(article_id("a")), library.kept_file(article_id("b"))) == (None, b"first")
        assert len(files(tmp_path)) == 1
        pdf.write_bytes(b"second")
        assert library.keep_file(article_id("a"), pdf, ROOM)
        assert library.kept_file(article_id("a")) == b"second"


@pytest.mark.parametrize("metadata", [{}, {FILE_SHA256: "0" * 64}, {FILE_SHA256: "../../a.pdf"}])
def test_a_file_of_no_article_is_not_kept(tmp_path: Path, pdf: Path, metadata: dict[str, str]) -> None:
    with opened(tmp_path) as library:
        library.put([IndexedArticle(Article("Text", source="a", metadata=metadata), [], [])])
        assert not library.keep_file(article_id("a"), pdf, ROOM)
        assert not library.keep_file(article_id("gone"), pdf, ROOM)
        assert library.kept_file(article_id("a")) is None
        assert not (tmp_path / "news" / "files").exists()


def test_files_are_kept_up_to_a_limit(tmp_path: Path, pdf: Path) -> None:
    with opened(tmp_path) as library:
        library.put([from_file(source, b"first") for source in "abc"])
        assert [library.keep_file(article_id(source), pdf, 11) for source in "abc"] == [True, True, False]
        library.remove([article_id("a")])
        assert library.keep_file(article_id("c"), pdf, 11)
        assert not library.keep_file(article_id("a"), pdf, 0)


def test_kept_files_are_as_private_as_the_library(tmp_path: Path, pdf: Path) -> None:
    with opened(tmp_path) as library:
        library.put([from_file("a", b"first")])
        library.keep_file(article_id("a"), pdf, ROOM)
    (file,) = files(tmp_path)
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)


def test_a_file_that_cannot_be_read_is_an_error_and_a_file_left_by_a_crash_goes(tmp_path: Path, pdf: Path) -> None:
    with opened(tmp_path) as library:
        library.put([from_file("a", b"first")])
        with pytest.raises(LibraryError, match=r"b\.pdf"):
            library.keep_file(article_id("a"), tmp_path / "b.pdf", ROOM)
        library.keep_file(article_id("a"), pdf, ROOM)
        (file,) = files(tmp_path)
        file.with_name(f"{file.name}.1.tmp").touch()
        library.remove([article_id("a")])
        assert files(tmp_path) == []


def test_a_library_in_memory_keeps_nothing(pdf: Path) -> None:
    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as library:
        library.put([from_file("a", b"first")])
        assert not library.keep_file(article_id("a"), pdf, ROOM)
        assert library.kept_file(article_id("a")) is None
