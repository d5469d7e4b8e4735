"""The loader on typeset PDFs: each fact in one piece and on its page, nothing from heads, feet or hidden text."""

from collections.abc import Sequence
from itertools import islice

import pytest

from benchmarks.pdf_questions import Document, check_text, documents
from qa.loaders.base import File
from qa.loaders.formats import pdf
from qa.loaders.pdfium.page_drawing import draw_page
from qa.loaders.pdfium.page_picture import QuoteOnPage

COUNT = 72


@pytest.fixture(scope="module")
def typeset() -> Sequence[Document]:
    return list(documents())


def faults(document: Document) -> list[str]:
    (article,) = pdf.load(File(document.data, f"{document.name}.pdf", 1 << 30))
    return check_text(document, article)


@pytest.mark.parametrize("number", range(0, COUNT, 3))
def test_the_text_of_typeset_documents(number, typeset):
    assert faults(typeset[number]) == [], typeset[number].name


@pytest.mark.parametrize("number", range(0, COUNT, 6))
def test_an_answer_is_marked_on_its_page(number, typeset):
    document = typeset[number]
    (article,) = pdf.load(File(document.data, f"{document.name}.pdf", 1 << 30))
    case = document.cases[-1]
    start = article.text.index(case.text) + case.text.index(case.answer)
    end = start + len(case.answer)
    around = article.text[max(0, start - 32) : start], article.text[end : end + 32]
    assert draw_page(document.data, QuoteOnPage(case.page - 1, case.answer, *around)).boxes


def test_documents_are_the_same_every_time(typeset):
    assert list(islice(documents(), 3)) == typeset[:3]
    assert len({document.name for document in typeset}) == COUNT
    assert sum(len(document.cases) for document in typeset) >= 200
