"""The loader on typeset PDFs: each fact in one piece and on its page, nothing from heads, feet or hidden text."""

import pytest

from benchmarks.pdf_questions import Document, check_text, documents
from qa.loaders.base import File
from qa.loaders.formats import pdf

EVERY = list(documents())[::3]


def faults(document: Document) -> list[str]:
    (article,) = pdf.load(File(document.data, f"{document.name}.pdf", 1 << 30))
    return check_text(document, article)


@pytest.mark.parametrize("document", EVERY, ids=lambda document: document.name)
def test_the_text_of_typeset_documents(document):
    assert faults(document) == []


def test_documents_are_the_same_every_time():
    assert [document.data for document in documents()][:3] == [document.data for document in documents()][:3]
    assert sum(len(document.cases) for document in documents()) >= 200
    assert len({document.name for document in documents()}) >= 60
