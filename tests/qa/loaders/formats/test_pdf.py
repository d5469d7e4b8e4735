import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.formats.pdf import _join
from qa.loaders.registry import load_file
from tests.qa.loaders.documents import encrypted_pdf_bytes, pdf_bytes


def read(data: bytes, name: str = "/some_report.pdf"):
    (article,) = load_file(File(data, name, 1 << 20))
    return article


WORDS = st.lists(st.text("abcdefghij", min_size=4, max_size=8), max_size=4)


@given(st.lists(WORDS, min_size=1, max_size=5).filter(any))
@settings(max_examples=25)
def test_every_page_starts_where_the_table_says(pages):
    article = read(pdf_bytes(pages))
    assert len(article.pages) == len(pages)
    for number, lines in enumerate(pages, 1):
        if lines:
            start = article.pages[number - 1]
            assert article.text.startswith("\n".join(lines), start)
            assert article.page_at(start) == article.page_at(start + len("\n".join(lines)) - 1) == number


@given(st.lists(st.text("ab\n", max_size=5).map(str.strip), max_size=8))
def test_page_table_invariants(pages):
    text, starts = _join(pages)
    assert len(starts) == len(pages) and list(starts) == sorted(starts)
    assert all(
        text.startswith(page, start) and start <= len(text) for page, start in zip(pages, starts, strict=True)
    )


def test_title_date_author_and_bookmarks():
    article = read(pdf_bytes([["Cover"], ["Chapter  one", "text"]], "A title", {0: "Nowhere", 1: "Chapter one"}))
    assert (article.title, article.metadata["author"]) == ("A title", "A. Writer")
    assert article.date == dt.date(2000, 1, 1)  # what reportlab writes with invariant=True
    assert [article.text[h.start : h.end].split() for h in article.headings] == [["Chapter", "one"]]


def test_an_untitled_pdf_is_named_after_its_file():
    assert read(pdf_bytes([["Text"]])).title == "Some report"


def test_hyphens_at_line_ends():
    article = read(pdf_bytes([["An inter-", "national COVID-", "19 and Anglo-", "Saxon matter"]]))
    assert article.text == "An international COVID-19 and Anglo-Saxon matter"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted_pdf_bytes(), "encrypted"),
        (pdf_bytes([["x"]])[:100], "broken"),
        (b"just text", "broken, or not a PDF"),
        (pdf_bytes([[], []]), "OCR"),
    ],
)
def test_pdfs_that_cannot_be_read(data, reason):
    with pytest.raises(LoadError, match=reason):
        read(data)


def test_threads_share_pdfium():
    data = [pdf_bytes([[f"page {number}"]] * 5) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        texts = [article.text for article in pool.map(read, data)]
    assert texts == ["\n\n".join([f"page {number}"] * 5) for number in range(8)]
