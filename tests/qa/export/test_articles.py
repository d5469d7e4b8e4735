"""Export writes what the JSONL loader reads."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.export.articles import export_articles
from qa.library.sqlite.library import SqliteLibrary
from qa.loaders import load
from qa.types import Heading, Place
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed

MADE = [
    indexed(
        "a.txt",
        "First\r\nline \u2028 😀 שלום",
        title="A title",
        date=dt.date(2024, 2, 29),
        headings=(Heading(0, 5, 1),),
        pages=(0, 7),
        tags=("x", "y z"),
        metadata={"author": "É", "text2": "more"},
        places=(Place(0, "line", 1), Place(14, "slide 2")),
    ),
    indexed("https://example.org/b", "No title, no date."),
]


@pytest.fixture
def library() -> Iterator[SqliteLibrary]:
    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as made:
        yield made


def test_what_is_exported_can_be_loaded_again(library: SqliteLibrary, tmp_path: Path) -> None:
    library.put(MADE)
    path = tmp_path / "out.jsonl"
    path.write_text("former")
    assert export_articles(library.iter_articles(), path) == 2
    assert list(load(path, max_mb=10)) == [made.article for made in MADE]
    assert not list(tmp_path.glob("*.tmp"))


def test_an_empty_library_exports_an_empty_file(library: SqliteLibrary, tmp_path: Path) -> None:
    assert export_articles(library.iter_articles(), tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_what_cannot_be_written_is_an_error_and_leaves_nothing(library: SqliteLibrary, tmp_path: Path) -> None:
    library.put(MADE)
    (tmp_path / "taken").mkdir()
    for path in (tmp_path / "taken", tmp_path / "missing" / "out.jsonl"):
        with pytest.raises(LibraryError, match="cannot write"):
            export_articles(library.iter_articles(), path)
    assert not list(tmp_path.glob("*.tmp"))
