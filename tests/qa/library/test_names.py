from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.names import check_name, is_library, library_folder, library_names
from tests.toys import toy_assistant


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The named libraries news and sports, beside a folder of something else."""
    home = tmp_path / "home"
    for name in ("sports", "news"):
        toy_assistant(folder=home / name).close()
    (home / "benchmarks").mkdir()
    return home


def test_libraries_are_listed_by_name(home: Path) -> None:
    assert library_names(home) == ["news", "sports"]
    assert library_names(home / "none") == []
    assert [is_library(home / name) for name in ("news", "benchmarks", "none")] == [True, False, False]


def test_a_folder_of_articles_is_never_taken_for_the_library_of_that_name(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "article.txt").write_text("The ferry sails at noon.")
    assert library_folder("news", home) == home / "news"
    assert library_folder("new", home) == home / "new"
    assert library_folder("./news", home) == Path("news")
    toy_assistant(folder=tmp_path / "here").close()
    assert library_folder("here", home) == Path("here")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nwes", r"there is no library 'nwes'; did you mean 'news'\? `quotewell libraries` lists all"),
        ("xyz", r"there is no library 'xyz'; `quotewell libraries` lists all, and `quotewell add --library xyz"),
    ],
)
def test_the_error_for_a_misspelt_name_names_the_near_ones(home: Path, name: str, message: str) -> None:
    with pytest.raises(LibraryError, match=message):
        check_name(name, home)


def test_names_that_exist_and_paths_are_let_through(home: Path, tmp_path: Path) -> None:
    for library in ("news", str(tmp_path / "none"), tmp_path / "none", "./none"):
        check_name(library, home)
