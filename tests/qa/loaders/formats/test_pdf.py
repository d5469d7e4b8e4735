import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.formats import pdf
from tests.qa.loaders.documents import drawn_pdf, encrypted_pdf_bytes, lines_at, pdf_bytes


def read(data: bytes, name: str = "/some_report.pdf"):
    (article,) = pdf.load(File(data, name, 1 << 20))
    return article


def text_of(*pages) -> str:
    return read(drawn_pdf(*pages)).text


def both(*draws):
    """Return a function that draws several things on one page."""

    def draw(canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


WORDS = st.lists(st.text("abcdefghij", min_size=4, max_size=8), max_size=4)


@given(st.lists(WORDS, min_size=1, max_size=5).filter(any))
@settings(max_examples=25)
def test_every_page_starts_where_the_table_says(pages):
    article = read(pdf_bytes([[f"{line}." for line in lines] for lines in pages]))
    assert len(article.pages) == len(pages)
    ends = [*article.pages[1:], len(article.text)]
    for lines, start, end in zip(pages, article.pages, ends, strict=True):
        assert article.text[start:end].replace(".", "").split() == lines


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
    data = [pdf_bytes([[f"It is {number}."]] * 5) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        texts = [article.text for article in pool.map(read, data)]
    assert texts == ["\n\n".join([f"It is {number}."] * 5) for number in range(8)]


LEFT = (
    "The mill of Arden was built",
    "in 1799 by the smith Tom",
    "Hale, who also dug the long",
    "channel behind it.",
)
RIGHT = (
    "The chapel of Arden was given",
    "to the town by the widow Ann",
    "Reed, who had bought it from",
    "the duke in 1820.",
)
MILL = " ".join(LEFT)
CHAPEL = " ".join(RIGHT)


def test_columns_written_row_by_row():
    def draw(canvas) -> None:
        for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            canvas.drawString(60, 700 - 14 * number, left)
            canvas.drawString(300, 700 - 14 * number, right)

    title = lines_at(60, 760, "Two old houses of Arden, their builders and their owners in four centuries")
    text = text_of(both(title, draw))
    assert text.endswith(f"{MILL}\n\n{CHAPEL}")


def test_a_centred_title_above_columns():
    title = lines_at(190, 730, "by Ada Lund and Otto Lind of Arden")
    heading, left = lines_at(90, 700, "Abstract"), lines_at(60, 685, *LEFT)
    text = text_of(both(title, heading, left, lines_at(300, 700, *RIGHT)))
    assert text.split("\n\n")[0] == "by Ada Lund and Otto Lind of Arden"
    assert text.endswith(f"Abstract\n{MILL}\n\n{CHAPEL}")


def test_columns_out_of_order_and_out_of_step():
    text = text_of(both(lines_at(310, 704, *RIGHT), lines_at(60, 700, *LEFT, leading=14)))
    assert text == f"{MILL}\n\n{CHAPEL}"


def test_a_sentence_goes_on_in_the_next_column():
    left = ("The mill of Arden was built", "in 1799. For this the duke", "paid the smith in gold and")
    right = ("Tom Hale bought the meadow", "behind it for his daughter.")
    assert "in gold and Tom Hale bought" in text_of(both(lines_at(60, 700, *left), lines_at(310, 700, *right)))


PROSE = (
    "The harbour board met in spring to talk about the old breakwater, which storms had broken.",
    "Nobody wanted to pay for it. After a long debate the board gave the contract for it to",
)


def test_running_heads_and_a_sentence_over_the_page_end():
    def page(number: int, *lines: str):
        head = lines_at(60, 810, f"Harbour Board Report, printed by Otto Lind, sheet {number}")
        foot = lines_at(60, 40, f"Page {number} of 3", "Ref. HB-2210")
        return both(head, lines_at(60, 760, *lines), foot)

    article = read(
        drawn_pdf(
            page(1, *PROSE),
            page(2, "Halden Works of Elm, which had offered the lowest price, and told the clerk to"),
            page(3, "write to all bidders. It cost ninety thousand crowns."),
        )
    )
    assert article.text.endswith(
        "for it to Halden Works of Elm, which had offered the lowest price, and told the "
        "clerk to write to all bidders. It cost ninety thousand crowns."
    )
    assert not any(word in article.text for word in ("Otto", "HB-2210", "Page", "Report"))
    assert article.page_at(article.text.index("Halden")) == 2
    assert article.page_at(article.text.index("for it to")) == 1
    assert article.page_at(article.text.index("write to all")) == 3


def test_a_word_broken_over_the_page_end():
    pages = [
        both(
            lines_at(60, 760, *PROSE[:1], "The ship ran aground off Vaager-"),
            lines_at(60, 40, "Lot 1"),
        ),
        both(lines_at(60, 760, "holm in the north, and forty people were saved."), lines_at(60, 40, "Lot 2")),
    ]
    article = read(drawn_pdf(*pages))
    assert "aground off Vaagerholm in the north" in article.text
    assert article.text[article.pages[1] :].startswith("holm in")


def test_text_that_two_pages_share_by_chance_stays():
    pages = [lines_at(60, 600, "It rained on Monday.", line) for line in ("It snowed.", "It cleared.")]
    assert text_of(*pages).count("It rained on Monday.") == 2


def test_compound_hyphens():
    lines = ("The best design was the low-", "cost lifeboat, which beat a well-", "known boat. Its light-")
    text = text_of(lines_at(60, 760, *lines, "house, drawn in a co-", "operative workshop, is low-cost, too."))
    assert "the low-cost lifeboat, which beat a well-known boat. Its lighthouse, drawn in a co-operative" in text


def test_footnotes_stand_apart():
    def draw(canvas) -> None:
        lines_at(60, 760, "The bridge was paid for by the merchant Ada Lund", "and her two brothers, who")(canvas)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(60 + canvas.stringWidth("and her two brothers", "Helvetica", 11), 749, "1")
        lines_at(60, 90, "1 The brothers lived abroad.")(canvas)

    article = read(drawn_pdf(draw, lines_at(60, 760, "traded in salt until the war came to the town.")))
    assert article.text == (
        "1 The brothers lived abroad.\n\nThe bridge was paid for by the merchant Ada Lund and her two brothers, "
        "who traded in salt until the war came to the town."
    )
    assert article.page_at(article.text.index("traded")) == 2


def test_raised_digits():
    def draw(canvas) -> None:
        canvas.drawString(60, 700, "The field of 20 m")
        width = canvas.stringWidth("The field of 20 m", "Helvetica", 11)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(60 + width, 705, "2")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60 + width + 5, 700, "belongs to Tarn.")

    assert text_of(draw) == "The field of 20 m² belongs to Tarn."


TABLE = [["Team", "Won", "Lost"], ["Gulls", "31", "4"], ["Terns", "12", "23"], ["Ravens", "7", "28"]]


def draw_table(canvas, is_ruled: bool) -> None:
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            canvas.drawString(64 + 90 * column, 600 - 20 * row, cell)
    if is_ruled:
        canvas.grid([60, 150, 240, 330], [614, 594, 574, 554, 534])


@pytest.mark.parametrize("is_ruled", [True, False])
def test_tables_row_by_row_with_the_names_of_columns(is_ruled):
    text = text_of(both(lines_at(60, 700, *PROSE[:1]), lambda canvas: draw_table(canvas, is_ruled)))
    assert text.splitlines()[-3:] == [
        "Team: Gulls;\tWon: 31;\tLost: 4.",
        "Team: Terns;\tWon: 12;\tLost: 23.",
        "Team: Ravens;\tWon: 7;\tLost: 28.",
    ]


def test_rows_between_which_there_are_no_rules():
    def draw(canvas) -> None:
        for row, cells in enumerate(TABLE):
            for column, cell in enumerate(cells):
                canvas.drawString(64 + 90 * column, 600 - 20 * row, cell)
        canvas.grid([60, 150, 240, 330], [614, 594, 534])

    assert text_of(draw).splitlines()[-2:] == [
        "Team: Terns;\tWon: 12;\tLost: 23.",
        "Team: Ravens;\tWon: 7;\tLost: 28.",
    ]


@pytest.mark.parametrize("mark", ["•{}", "{}."])
def test_items_stand_apart_from_their_marks(mark):
    def draw(canvas) -> None:
        for number, line in enumerate(("Ada Lund, chair", "Otto Lind, clerk", "Ed Moss"), 1):
            canvas.drawString(60, 700 - 15 * number, mark.format(number) if "." in mark else "•")
            canvas.drawString(90, 700 - 15 * number, line)

    assert text_of(draw).splitlines()[1] == ("2. Otto Lind, clerk" if "." in mark else "• Otto Lind, clerk")


def test_numbers_of_lines_are_left_out():
    lines = [*LEFT[:3], "channel behind it.", *RIGHT[:3], "the duke in 1820."]

    def draw(canvas) -> None:
        for number, line in enumerate(lines, 1):
            canvas.drawRightString(60, 700 - 24 * number, str(number))
            canvas.drawString(90, 700 - 24 * number, line)

    assert " ".join(text_of(draw).split()) == f"{MILL} {CHAPEL}"


def test_form_values():
    def draw(canvas) -> None:
        form = canvas.acroForm
        canvas.drawString(60, 700, "Name of owner:")
        form.textfield(name="owner", x=180, y=694, width=180, height=18, value="Ines Bratt")
        canvas.drawString(60, 670, "Insured?")
        form.checkbox(name="insured", x=180, y=666, checked=True)
        canvas.drawString(60, 640, "Berth wanted:")
        form.choice(name="berth", x=180, y=634, width=80, height=18, options=["A1", "C17"], value="C17")

    assert text_of(draw).splitlines() == ["Name of owner:\tInes Bratt.", "Insured?\tyes.", "Berth wanted:\tC17."]


def test_form_values_below_their_labels():
    def draw(canvas) -> None:
        for number, (label, value) in enumerate([("Name of owner", "Ines Bratt"), ("Berth wanted:", "C17")]):
            canvas.drawString(60, 700 - 44 * number, label)
            y = 678 - 44 * number
            canvas.acroForm.textfield(name=f"f{number}", x=60, y=y, width=180, height=18, value=value)

    assert text_of(draw).split("\n\n") == ["Name of owner:\tInes Bratt.", "Berth wanted:\tC17."]


def test_a_form_value_of_several_lines_stays_below_its_label():
    def draw(canvas) -> None:
        canvas.drawString(60, 700, "Remarks:")
        value, flags = "The mast is down\nuntil the spring.", "multiline"
        canvas.acroForm.textfield(name="remarks", x=60, y=640, width=180, height=52, value=value, fieldFlags=flags)

    assert text_of(draw).split() == "Remarks: The mast is down until the spring.".split()


def test_hidden_text_is_left_out():
    def draw(canvas) -> None:
        canvas.drawString(60, 700, "The mayor is Ada Lund.")
        canvas.setFillGray(1)
        canvas.drawString(60, 680, "White on white.")
        canvas.setFillGray(0.2)
        canvas.rect(55, 650, 200, 20, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.drawString(60, 655, "White on dark.")
        canvas.setFillGray(0)
        canvas.drawString(60, 620, "Under a bar.")
        canvas.rect(55, 614, 200, 20, stroke=0, fill=1)
        canvas.drawString(60, -200, "Off the page.")
        text = canvas.beginText(60, 580)
        text.setTextRenderMode(3)
        text.textLine("Invisible.")
        canvas.drawText(text)

    assert text_of(draw) == "The mayor is Ada Lund.\n\nWhite on dark."


def test_turned_text_does_not_interrupt():
    def draw(canvas) -> None:
        lines_at(60, 760, *PROSE)(canvas)
        canvas.rotate(90)
        canvas.drawString(300, -40, "Photograph: Ed Moss")

    first, second = text_of(draw).split("\n\n")
    assert first == " ".join(PROSE)
    assert second == "Photograph: Ed Moss"


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_pages(angle):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn_pdf(lines_at(60, 760, *PROSE)))))
    writer.pages[0].rotate(angle)  # how it is shown; the text is written as before
    buffer = io.BytesIO()
    writer.write(buffer)
    assert read(buffer.getvalue()).text == " ".join(PROSE)


def test_a_box_beside_the_text():
    def draw(canvas) -> None:
        lines_at(60, 700, *LEFT, *LEFT[:3], "channel.")(canvas)
        canvas.rect(300, 620, 200, 90)
        lines_at(310, 690, "Opening hours of the mill:", "daily from ten to five, on", "Sundays until noon.")(
            canvas
        )

    paragraphs = text_of(draw).split("\n\n")
    assert paragraphs[0].startswith(MILL) and "noon" not in paragraphs[0]
    assert "daily from ten to five, on Sundays until noon." in paragraphs[-1]


def test_lists_keep_their_lines():
    lines = ("Members of the board:", "• Ada Lund, chair", "• Otto Lind, clerk", "• Ed Moss")
    assert text_of(lines_at(60, 700, *lines)).splitlines() == list(lines)


def test_fonts_without_a_map_are_illegible(monkeypatch):
    monkeypatch.setattr(pdf, "is_installed", lambda: False)
    shifted = "".join(chr(ord(letter) - 29) if letter > "=" else letter for letter in " ".join(PROSE) + " ")
    with pytest.raises(LoadError, match="fonts of the PDF"):
        text_of(lines_at(60, 700, *(shifted[start : start + 60] for start in range(0, len(shifted), 60))))
