"""The loader on typeset PDFs: each fact in one piece and on its page, nothing from heads, feet or hidden text."""

from collections.abc import Sequence
from itertools import islice

import pytest

from benchmarks.pdf_questions import Document, check_text, documents
from qa.loaders.base import File
from qa.loaders.formats import pdf

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


def test_documents_are_the_same_every_time(typeset):
    assert list(islice(documents(), 3)) == typeset[:3]
    assert len({document.name for document in typeset}) == COUNT
    assert sum(len(document.cases) for document in typeset) >= 200
