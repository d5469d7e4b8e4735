import datetime as dt
from pathlib import Path

import pytest

from qa.errors import LoadError
from tests.qa.loaders.documents import ATOM, RSS
from tests.qa.loaders.reading import headings, read, read_all


def test_the_entries_of_rss() -> None:
    (first, second), failures = read_all(RSS.encode(), "/a.xml")
    assert (first.text, first.title) == ("The wall\n\nIt is raised.", "Wall & sea")
    assert first.date == dt.date(2023, 11, 8)  # there, not in Greenwich
    assert (first.source, first.tags, headings(first)) == ("/a.xml#g1", ("sea",), [("The wall", 2)])
    assert first.metadata == {"url": "http://x/1", "feed": "Skelby Post"}
    assert (second.text, second.title, second.source) == ("A title alone", "A title alone", "/a.xml#http://x/2")
    assert not failures


def test_the_entries_of_atom() -> None:
    article = read(ATOM.encode(), "/a.atom")
    assert (article.text, article.title, article.date) == ("She sank.\n\n• once", "The Gull", dt.date(2023, 11, 9))
    assert article.metadata["author"] == "Ada"


@pytest.mark.parametrize("data", [b"<project><feedback>x</feedback></project>", b"words"])
def test_other_xml_is_skipped(data: bytes) -> None:
    articles, (failure,) = read_all(data, "/a.xml")
    assert not articles and failure.is_skipped and "neither RSS nor Atom" in failure.reason


def test_a_feed_without_entries() -> None:
    with pytest.raises(LoadError, match="no entry"):
        read(b'<rss version="2.0"><channel><title>x</title></channel></rss>', "/a.rss")


def test_no_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "<rss >").write_text(RSS)
    with pytest.raises(LoadError, match="no entry"):
        read(b"<rss >", "/a.xml")
