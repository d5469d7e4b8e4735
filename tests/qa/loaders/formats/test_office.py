import datetime as dt
import io

import pytest

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.registry import load_file
from tests.qa.loaders.documents import docx_bytes, epub_bytes, epub_members, zip_bytes

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(data: bytes, name: str):
    (article,) = load_file(File(data, name, 1 << 20))
    return article


def headings(article):
    return [(article.text[h.start : h.end], h.level) for h in article.headings]


def with_body(xml: str) -> bytes:
    from docx import Document
    from docx.oxml.parser import parse_xml

    document = Document()
    for element in parse_xml(f"<w:body {W}>{xml}</w:body>"):
        document.element.body.append(element)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_docx():
    article = read(docx_bytes(), "/a.docx")
    assert article.text == (
        "Results\n\nThe year was good.\n\nships\ntrains\n\nFigures\n\nYear: 2023;\tShips: 40.\n\nThe end."
    )
    assert headings(article) == [("Results", 1), ("Figures", 2)]
    assert (article.title, article.date) == ("Annual report", dt.date(2023, 11, 9))
    assert article.metadata["author"] == "A. Writer"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>", "a\nb"),
        (
            "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>",
            "new",
        ),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>inside</w:t></w:r></w:p></w:sdtContent></w:sdt>", "inside"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r><w:r><w:t>seen</w:t></w:r></w:p>", "seen"),
        ("<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>", "link"),
        (
            "<w:p><w:r><w:t>a</w:t></w:r><w:r><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:r></w:p>",
            "a\n\nbox",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>"
            "<w:sdt><w:sdtContent><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>",
            "a b: c.",
        ),
    ],
)
def test_what_the_object_model_omits(xml, text):
    assert read(with_body(xml), "/a.docx").text == text


def test_epub_follows_the_spine():
    article = read(epub_bytes(), "/a.epub")
    assert article.text == "Loomings\n\nCall me\xa0Ishmael. Some years ago\n\nThe Carpet-Bag\n\nI stuffed a shirt."
    assert headings(article) == [("Loomings", 2), ("The Carpet-Bag", 2)]
    assert (article.title, article.date) == ("The Whale", dt.date(1851, 10, 18))
    assert article.metadata == {"author": "H. M.", "language": "en"}


def changed(**members):
    return zip_bytes(
        {**epub_members(), **{name.replace("__", "/").replace("_", "."): data for name, data in members.items()}}
    )


def without(name):
    return zip_bytes({key: value for key, value in epub_members().items() if key != name})


DRM = '<e xmlns="urn:x"><CipherReference URI="OEBPS/text/two.xhtml"/></e>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x y="&b;"/>'


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"nothing", "/a.epub", "not a valid EPUB"),
        (epub_bytes()[:-40], "/a.epub", "broken"),
        (without("META-INF/container.xml"), "/a.epub", "missing"),
        (without("OEBPS/text/two.xhtml"), "/a.epub", "two.xhtml' is missing"),
        (changed(**{"META-INF__container_xml": "<x/>"}), "/a.epub", "names no package"),
        (changed(**{"META-INF__container_xml": LAUGHS}), "/a.epub", "names no package"),
        (changed(**{"META-INF__encryption_xml": DRM}), "/a.epub", "DRM"),
        (b"nothing", "/a.docx", "not a valid DOCX"),
        (zip_bytes({"a.txt": "x"}), "/a.docx", "broken, or not a DOCX"),
        (b"\xd0\xcf\x11\xe0rest", "/a.docx", "encrypted"),
        (with_body("<w:p/>"), "/a.docx", "no text"),
        (zip_bytes({"a": b"0" * 20_000_000}), "/a.docx", "zip bomb"),
        (zip_bytes({"a": b"0" * 20_000_000}), "/a.epub", "zip bomb"),
    ],
)
def test_books_and_documents_that_cannot_be_read(data, name, reason):
    with pytest.raises(LoadError, match=reason):
        read(data, name)
