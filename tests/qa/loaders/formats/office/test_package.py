import datetime as dt
import io
import zipfile

import pytest

from qa.loaders.formats.office.package import document_date
from tests.qa.loaders.office_documents import relationships, word_members
from tests.qa.loaders.reading import read

DAY = dt.date(2024, 3, 5)
BEFORE = dt.date(2019, 1, 1)


@pytest.mark.parametrize(
    ("created", "modified", "written", "date"),
    [
        (BEFORE, DAY, None, BEFORE),  # Office, which writes no times into the zip
        (BEFORE, DAY, DAY, BEFORE),  # another program that set the properties
        (BEFORE, DAY, DAY + dt.timedelta(days=1), BEFORE),  # a time zone
        (BEFORE, BEFORE, DAY, None),  # filled in from a template years later
        (BEFORE, None, DAY, None),
        (DAY, BEFORE, dt.date(2026, 1, 1), DAY),  # a program that set the date of creation alone
        (dt.date(2013, 12, 23), dt.date(2013, 12, 23), None, None),  # of python-docx
        (dt.date(1601, 1, 1), DAY, None, None),  # a clock at zero
        (None, DAY, DAY, None),
    ],
)
def test_the_date_of_a_template_is_none(
    created: dt.date | None, modified: dt.date | None, written: dt.date | None, date: dt.date | None
) -> None:
    assert document_date(created, modified, written) == date


def document(created: str, zipped: tuple[int, int, int], title: str = "T") -> bytes:
    core = (
        '<p xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dc:creator>Steve</dc:creator><t:created>{created}</t:created>"
        f"<t:modified>{created}</t:modified></p>"
    )
    members = word_members("<w:p><w:r><w:t>Words.</w:t></w:r></w:p>")
    members |= {"_rels/.rels": relationships(officeDocument="word/document.xml"), "docProps/core.xml": core}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (*zipped, 0, 0, 0)), data)
    return buffer.getvalue()


def test_a_document_from_a_template_has_neither_its_date_nor_its_author() -> None:
    article = read(document("2019-01-01T00:00:00Z", (2024, 3, 5)), "/a.docx")
    assert (article.date, article.metadata) == (None, {})
    article = read(document("2019-01-01T00:00:00Z", (1980, 1, 1)), "/a.docx")
    assert (article.date, article.metadata) == (BEFORE, {"author": "Steve"})


@pytest.mark.parametrize("title", ["PowerPoint Presentation", "Word Document", "Document1", "untitled"])
def test_a_title_that_programs_make_up_is_none(title: str) -> None:
    assert read(document("2019-01-01T00:00:00Z", (1980, 1, 1), title), "/My_notes.docx").title == "My notes"


def test_the_docx_of_python_docx_has_no_date() -> None:
    from docx import Document

    made = Document()
    made.add_paragraph("Words.")
    buffer = io.BytesIO()
    made.save(buffer)
    assert read(buffer.getvalue(), "/a.docx").date is None
