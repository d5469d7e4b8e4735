import datetime as dt

import pytest

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.registry import load_file
from tests.qa.loaders.documents import CONTAINER, PACKAGE, epub_bytes, epub_members, zip_bytes
from tests.qa.loaders.reading import headings, read, read_all

LOOMINGS = "Loomings\n\nCall me\xa0Ishmael. Some years ago"
CARPET_BAG = "The Carpet-Bag\n\nI stuffed a shirt."
PACKAGE_NAME, CHAPTER_TWO = "OEBPS/book.opf", "OEBPS/text/two.xhtml"


def test_epub_follows_the_spine() -> None:
    article = read(epub_bytes(), "/a.epub")
    assert article.text == f"{LOOMINGS}\n\n{CARPET_BAG}"
    assert headings(article) == [("Loomings", 2), ("The Carpet-Bag", 2)]
    assert (article.title, article.date) == ("The Whale", dt.date(1851, 10, 18))
    assert article.metadata == {"author": "H. M.", "language": "en"}


def book(changes: dict[str, str | bytes | None] | None = None, package: str = PACKAGE) -> bytes:
    members = {**epub_members(), PACKAGE_NAME: package, **(changes or {})}
    return zip_bytes({name: data for name, data in members.items() if data is not None})


def renamed(old: str, new: str) -> bytes:
    return zip_bytes({name.replace(old, new): data for name, data in epub_members().items()})


@pytest.mark.parametrize(
    "data",
    [
        renamed("two.xhtml", "Two.XHTML"),
        renamed("text/", "TEXT/"),
        renamed("/", "\\"),
        book(package=PACKAGE.replace("text/two", "/OEBPS/text/two")),
        book(package=PACKAGE.replace("text/two", "text\\two")),
        book(package=PACKAGE.replace("text/two", "../OEBPS/./text/two")),
        book(package=PACKAGE.replace('media-type="application/xhtml+xml"', 'media-type="text/x-oeb1-document"')),
        book(
            package=PACKAGE.replace('media-type="application/xhtml+xml"', 'media-type="application/octet-stream"')
        ),
        book(package=PACKAGE.replace('media-type="application/xhtml+xml"', "")),
        book({"META-INF/container.xml": None}),
        book({"META-INF/container.xml": "garbage"}),
        book({"META-INF/container.xml": CONTAINER.replace("</rootfiles>", "")}),
        zip_bytes({f"My book/{name}": data for name, data in epub_members().items()}),
        book({"META-INF/container.xml": CONTAINER.replace("book.opf", "missing.opf")}),
        book({"META-INF/container.xml": CONTAINER.replace("OEBPS/book", "/oebps/Book")}),
        book(package=PACKAGE.replace(' properties="nav"', "")),
        book({"OEBPS/nav.xhtml": None}),
        book(package=PACKAGE.replace("<dc:title>The Whale", "<dc:title>The Whale & more")),
    ],
)
def test_what_other_programs_write_is_read_all_the_same(data: bytes) -> None:
    articles, _ = read_all(data, "/a.epub")
    assert articles[0].text.removeprefix("Contents\n\n") == f"{LOOMINGS}\n\n{CARPET_BAG}"


def test_a_chapter_that_is_missing_is_reported_and_the_others_are_read() -> None:
    (article,), failures = read_all(book({CHAPTER_TWO: None}), "/a.epub")
    assert article.text == LOOMINGS
    assert [(failure.source, failure.is_skipped) for failure in failures] == [(f"/a.epub!/{CHAPTER_TWO}", True)]
    through_worker = list(load_file(File(book({CHAPTER_TWO: None}), "/a.epub", 1 << 20)))
    assert through_worker == [article, *failures]


def test_without_a_spine_the_manifest_gives_the_order() -> None:
    package = PACKAGE[: PACKAGE.index("<spine>")] + "<spine/></package>"
    assert read(book(package=package), "/a.epub").text == f"{CARPET_BAG}\n\n{LOOMINGS}"


def test_a_chapter_that_is_called_the_contents_by_mistake_is_read() -> None:
    package = PACKAGE.replace('media-type="application/xhtml+xml"/>', 'media-type="x/html" properties="nav"/>', 1)
    chapter = f"<html><body><h2>The Carpet-Bag</h2><p>{'I stuffed a shirt. ' * 30}</p></body></html>"
    assert "I stuffed" in read(book({CHAPTER_TWO: chapter}, package), "/a.epub").text


DRM = '<e xmlns="urn:x"><CipherReference URI="OEBPS/text/two.xhtml"/></e>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x y="&b;"/>'
NO_CHAPTERS = {CHAPTER_TWO: None, "OEBPS/text/chapter 1.xhtml": None, "OEBPS/nav.xhtml": None}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"nothing", "not a valid EPUB"),
        (epub_bytes()[:-40], "broken"),
        (book({PACKAGE_NAME: None}), "package document is missing"),
        (book({PACKAGE_NAME: None, "META-INF/container.xml": LAUGHS}), "package document is missing"),
        (book(dict(NO_CHAPTERS)), "is missing from it"),
        (book({"META-INF/encryption.xml": DRM}), "DRM"),
        (zip_bytes({"a": b"0" * 20_000_000}), "zip bomb"),
    ],
)
def test_books_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(data, "/a.epub")
