import io

import pytest

from qa.errors import LoadError
from qa.loaders.formats.office.sheet_text import line_places
from qa.types import Place
from tests.qa.loaders.documents import zip_bytes
from tests.qa.loaders.office_documents import pptx_bytes, xlsx_bytes
from tests.qa.loaders.reading import headings, place_of, read


def test_slides_are_places_and_have_tables_charts_and_notes() -> None:
    article = read(pptx_bytes(), "/harbours.pptx")
    assert article.text == (
        "The harbour\n\n• Rebuilt in 1931\n• Busy again\n\nMention Anna Berg.\n\n"
        "Ships\n\nYear: 2023;\tShips: 40.\n\nShare.\nSpring:\t25%.\nAutumn:\t75%."
    )
    assert headings(article) == [("The harbour", 1), ("Ships", 1)]
    assert (article.title, article.date) == ("The harbour", None)
    assert place_of(article, "1931") == "slide 1"
    assert place_of(article, "Anna") == "slide 1, notes"
    assert place_of(article, "40") == "slide 2"


def deck(change) -> bytes:
    from pptx import Presentation

    made = Presentation(io.BytesIO(pptx_bytes()))
    change(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_hidden_shapes_are_left_out_and_titles_come_first() -> None:
    def change(made) -> None:
        shapes = made.slides[0].shapes
        tree = shapes._spTree
        tree.append(shapes.title._element)  # now behind the text
        shapes.placeholders[1]._element.nvSpPr.cNvPr.set("hidden", "1")

    assert read(deck(change), "/a.pptx").text.startswith("The harbour\n\nMention")


def test_rows_are_places_and_numbers_are_as_shown() -> None:
    article = read(xlsx_bytes(), "/ships.xlsx")
    assert article.text == (
        "Ships\n\nShip: Gull;\tLaunched: 6 May 1931;\tShare: 12.5%.\n"
        "Ship: Owl;\tLaunched: 2 January 1940;\tShare: 50.0%.\n\nNotes\n\nAnna Berg rebuilt the harbour."
    )
    assert headings(article) == [("Ships", 1), ("Notes", 1)]
    assert article.title == "Ships"
    assert place_of(article, "Owl") == "sheet Ships, row 3"
    assert place_of(article, "Anna") == "sheet Notes, row 3"


def book(fill) -> bytes:
    from openpyxl import Workbook

    made = Workbook()
    fill(made.active, made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_a_blank_row_ends_a_table_unless_the_next_goes_on() -> None:
    def fill(sheet, _) -> None:
        rows = [("Team", "Wins"), ("Gulls", 31), ("Owls", 12), ("City", "People", "Year"), ("Lumen", 9, 2020)]
        for number, row in zip((1, 2, 4, 7, 8), rows, strict=True):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column, value)

    article = read(book(fill), "/a.xlsx")
    assert article.text == (
        "Team: Gulls;\tWins: 31.\nTeam: Owls;\tWins: 12.\n\nCity: Lumen;\tPeople: 9;\tYear: 2020."
    )
    assert [place_of(article, name) for name in ("Gulls", "Owls", "Lumen")] == [
        f"sheet Sheet, row {number}" for number in (2, 4, 8)
    ]


def test_hidden_sheets_rows_and_columns_are_left_out_but_not_what_a_filter_hides() -> None:
    def fill(sheet, made) -> None:
        for row in (("Team", "Id", "Wins"), ("Gulls", "x", 31), ("Owls", "y", 12)):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        made.create_sheet("Secret")["A1"] = "hidden"
        made["Secret"].sheet_state = "hidden"

    assert read(book(fill), "/a.xlsx").text == "Team: Gulls;\tWins: 31."

    def fill_filtered(sheet, made) -> None:
        fill(sheet, made)
        sheet.auto_filter.ref = "A1:C3"
        sheet.auto_filter.add_filter_column(0, ["Gulls"])

    assert "Owls" in read(book(fill_filtered), "/a.xlsx").text


def test_merged_cells_and_bold_headers() -> None:
    from openpyxl.styles import Font

    def fill(sheet, _) -> None:
        for row in (("Name", "Town"), ("Anna", "Lumen"), ("Ben", None)):
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.merge_cells("B2:B3")

    assert read(book(fill), "/a.xlsx").text == "Name: Anna;\tTown: Lumen.\nName: Ben;\tTown: Lumen."


def strict(data: bytes, old: str = "http://schemas.openxmlformats.org/spreadsheetml/2006/") -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    new = b"http://purl.oclc.org/ooxml/spreadsheetml/"
    return zip_bytes({name: part.replace(old.encode(), new) for name, part in members.items()})


def test_a_strict_workbook() -> None:
    assert read(strict(xlsx_bytes()), "/a.xlsx").text == read(xlsx_bytes(), "/a.xlsx").text


def test_lines_that_follow_each_other_share_a_place() -> None:
    lines = [(2, 0), (3, 10), (5, 20), (5, 30), (6, 40)]
    assert list(line_places("row", lines)) == [Place(0, "row", 2), Place(20, "row", 5), Place(30, "row", 5)]


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (xlsx_bytes(), "/a.pptx", "not a presentation"),
        (pptx_bytes(), "/a.xlsx", "not a workbook"),
        (b"\xd0\xcf\x11\xe0rest", "/a.xlsx", "older XLS format"),
        (b"\xd0\xcf\x11\xe0rest", "/a.pptx", "older PPT format"),
        (book(lambda *_: None), "/a.xlsx", "no text"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(data, name)
