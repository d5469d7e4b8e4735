import datetime as dt

import pytest

from qa.errors import LoadError
from tests.qa.loaders.documents import docx_bytes, zip_bytes
from tests.qa.loaders.office_documents import relationships, word_bytes, word_members
from tests.qa.loaders.reading import headings, read

HEADING_STYLES = (
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="Mine"/><w:basedOn w:val="H1"/></w:style>'
    '<w:style w:styleId="Out"><w:name w:val="Section"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:styleId="Ring"><w:name w:val="Ring"/><w:basedOn w:val="Ring"/></w:style>'
    '<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def row(*cells: str, properties: str = "") -> str:
    inside = "".join(
        cell if cell.startswith("<w:tc>") else f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in cells
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inside}</w:tr>"


def text_of(body: str, parts: dict[str, str] | None = None) -> str:
    return read(word_bytes(body, parts=parts), "/a.docx").text


def test_a_document_of_python_docx() -> None:
    article = read(docx_bytes(), "/a.docx")
    assert article.text == (
        "Results\n\nThe year was good.\n\n• ships\n• trains\n\nFigures\n\nYear: 2023;\tShips: 40.\n\nThe end."
    )
    assert headings(article) == [("Results", 1), ("Figures", 2)]
    assert (article.title, article.date) == ("Annual report", dt.date(2023, 11, 9))
    assert article.metadata["author"] == "A. Writer"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>", "a\nb"),
        (paragraph(f"<w:ins>{run('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"), "new"),
        (paragraph(f"<w:moveFrom>{run('x')}</w:moveFrom><w:moveTo>{run('moved')}</w:moveTo>"), "moved"),
        (
            paragraph(run("One "), properties="<w:rPr><w:del/></w:rPr>") + paragraph(run("sentence.")),
            "One sentence.",
        ),
        (f"<w:sdt><w:sdtContent>{paragraph(run('inside'))}</w:sdtContent></w:sdt>", "inside"),
        (
            paragraph(
                f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here')}</w:sdtContent>"
                f"</w:sdt>",
                run("seen"),
            ),
            "seen",
        ),
        (paragraph(run("x", "<w:vanish/>"), run("seen", '<w:vanish w:val="0"/>')), "seen"),
        (paragraph(run("x", '<w:rStyle w:val="Secret"/>'), run("seen")), "seen"),
        (paragraph(run("x"), properties='<w:pStyle w:val="Secret"/>') + paragraph(run("seen")), "seen"),
        (paragraph(f"<w:hyperlink>{run('link')}</w:hyperlink>"), "link"),
        (paragraph(f"<w:r><w:instrText>PAGE</w:instrText></w:r>{run('7')}"), "7"),
        (paragraph(run("10"), run("3", '<w:vertAlign w:val="superscript"/>'), run(" m")), "10³ m"),
        (paragraph(run("Yes "), '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'), "Yes ☑"),
        (paragraph(run("Intro ... 3"), properties='<w:pStyle w:val="TOC1"/>') + paragraph(run("Text")), "Text"),
        (
            paragraph(
                run("Colour: "),
                '<w:r><w:fldChar><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/>'
                '<w:listEntry w:val="blue"/></w:ddList></w:ffData></w:fldChar></w:r>',
            ),
            "Colour: blue",
        ),
        (
            paragraph(
                '<w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'
                "</w:fldChar></w:r>",
                run(" Member "),
                "<w:r><w:fldChar><w:ffData><w:checkBox><w:sizeAuto/></w:checkBox></w:ffData></w:fldChar></w:r>",
                run(" Guest"),
            ),
            "☒ Member ☐ Guest",
        ),
    ],
)
def test_what_a_reader_sees(body: str, text: str) -> None:
    assert text_of(body, {"styles": HEADING_STYLES}) == text


def test_a_text_box_follows_the_paragraph_that_it_is_anchored_in() -> None:
    box = f"<w:txbxContent>{paragraph(run('box'))}</w:txbxContent>"
    body = paragraph(run("One "), f"<w:r>{box}</w:r>", run("sentence.")) + paragraph(run("Two."))
    assert text_of(body) == "One sentence.\n\nbox\n\nTwo."


def test_headings_by_name_by_outline_and_by_what_they_are_based_on() -> None:
    styles = ("H1", "Own", "Out", "Ring", "Missing")
    body = "".join(paragraph(run(name), properties=f'<w:pStyle w:val="{name}"/>') for name in styles)
    article = read(word_bytes(body, parts={"styles": HEADING_STYLES}), "/a.docx")
    assert headings(article) == [("H1", 1), ("Own", 1), ("Out", 2)]


def test_notes_stand_behind_the_paragraph_and_not_in_the_sentence() -> None:
    def note(kind: str) -> str:
        content = f"{paragraph(run(f'By Anna Berg in the {kind}.'))}"
        return f'<w:{kind} w:id="0" w:type="separator">{content}</w:{kind}><w:{kind} w:id="2">{content}</w:{kind}>'

    body = paragraph(
        run("Rebuilt in 1931"),
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r>',
        run(", it is busy."),
    )
    parts = {"footnotes": note("footnote"), "endnotes": note("endnote")}
    assert text_of(body + paragraph(run("More.")), parts) == (
        "Rebuilt in 1931, it is busy.\n\nBy Anna Berg in the footnote.\n\nMore.\n\nBy Anna Berg in the endnote."
    )


def test_numbers_are_written_as_word_shows_them() -> None:
    def level(number: int, kind: str, pattern: str, start: int = 1) -> str:
        return (
            f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        )

    numbering = (
        f'<w:abstractNum w:abstractNumId="5">{level(0, "decimal", "%1.")}{level(1, "lowerLetter", "%1.%2)")}'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="6">{level(0, "bullet", "x")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
        "</w:lvlOverride></w:num>"
    )
    items = [(1, 0), (1, 1), (1, 1), (1, 0), (2, 0), (3, 0), (9, 0)]
    body = "".join(
        paragraph(run("x"), properties=f'<w:numPr><w:ilvl w:val="{lvl}"/><w:numId w:val="{num}"/></w:numPr>')
        for num, lvl in items
    )
    assert text_of(body, {"numbering": numbering}) == "1. x\n1.a) x\n1.b) x\n2. x\n• x\n7. x\n• x"


HEADER = "<w:tblHeader/>"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (row("Team", "Wins", properties=HEADER) + row("Gulls", "Owls"), "Team: Gulls;\tWins: Owls."),
        (
            row("a", "b", properties=HEADER) + row("x", "y", properties="<w:del/>") + row("c", "d"),
            "a: c;\tb: d.",
        ),
        (
            "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>".format(
                *(paragraph(run(name, "<w:b/>")) for name in ("Name", "Town"))
            )
            + row("Anna", "Lumen"),
            "Name: Anna;\tTown: Lumen.",
        ),
        (
            row("Year", "Ship", properties=HEADER)
            + row(
                '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>1931</w:t></w:r></w:p></w:tc>',
                "Gull",
            )
            + row("<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>", "Owl"),
            "Year: 1931;\tShip: Gull.\nYear: 1931;\tShip: Owl.",
        ),
        (row("A box that holds one cell."), "A box that holds one cell."),
    ],
)
def test_tables(rows: str, text: str) -> None:
    assert text_of(f"<w:tbl>{rows}</w:tbl>") == text


def test_a_table_whose_style_makes_the_first_row_bold_has_headers() -> None:
    styles = (
        '<w:style w:styleId="Grid"><w:name w:val="Grid"/><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>'
        "</w:tblStylePr></w:style>"
    )
    table = f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblLook w:val="04A0"/></w:tblPr>{row("Name", "Town")}'
    assert text_of(f"{table}{row('Anna', 'Lumen')}</w:tbl>", {"styles": styles}) == "Name: Anna;\tTown: Lumen."


def math(inside: str) -> str:
    return f"<m:oMath>{inside}</m:oMath>"


def test_numbers_written_as_equations_stay_in_the_sentence() -> None:
    body = paragraph(run("It is "), math("<m:r><m:t>42</m:t></m:r>"), run(" metres."))
    assert text_of(body) == "It is 42 metres."


STRICT = "http://purl.oclc.org/ooxml/"


def strict(part: str | bytes) -> str | bytes:
    assert isinstance(part, str)
    return part.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/", f"{STRICT}wordprocessingml/"
    ).replace("http://schemas.openxmlformats.org/officeDocument/2006/", f"{STRICT}officeDocument/")


BODY = paragraph(
    run("The end"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run(". "), math("<m:r><m:t>1</m:t></m:r>")
)
NOTES = {"footnotes": f'<w:footnote w:id="2">{paragraph(run("A note."))}</w:footnote>'}


@pytest.mark.parametrize("only", [None, "word/document.xml", "word/_rels/document.xml.rels"])
def test_strict_open_xml_alone_or_mixed_with_the_usual_one(only: str | None) -> None:
    members = word_members(BODY, parts=NOTES)
    changed = {name: strict(part) if only in (None, name) else part for name, part in members.items()}
    assert changed != members
    assert read(zip_bytes(changed), "/a.docx").text == "The end. 1\n\nA note."


@pytest.mark.parametrize("target", ["../NULL", "NULL", "media/missing.png", "/word/media/missing.png", ""])
def test_relationships_that_lead_nowhere(target: str) -> None:
    data = word_bytes(BODY, parts=NOTES, image=target, styles=target, numbering=target, header=target)
    assert read(data, "/a.docx").text == "The end. 1\n\nA note."


def test_names_in_another_case_with_backslashes_and_absolute() -> None:
    members = word_members(BODY, parts=NOTES)
    members["word/_rels/document.xml.rels"] = relationships(footnotes="/Word/Footnotes.xml")
    renamed = {name.replace("/", "\\") if "document" in name else name: part for name, part in members.items()}
    assert read(zip_bytes(renamed), "/a.docx").text == "The end. 1\n\nA note."
    del members["_rels/.rels"]
    assert read(zip_bytes(members), "/a.docx").text == "The end. 1\n\nA note."


def test_a_chart_is_a_table_and_an_imported_page_is_read() -> None:
    chart = (
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:ser><c:tx><c:v>Sales</c:v>'
        "</c:tx><c:cat><c:strCache><c:pt idx='0'><c:v>May</c:v></c:pt></c:strCache></c:cat><c:val><c:numCache>"
        "<c:formatCode>0%</c:formatCode><c:pt idx='0'><c:v>0.25</c:v></c:pt></c:numCache></c:val>"
        "</c:ser></c:chartSpace>"
    )
    drawing = (
        '<w:r><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="r_chart"/></w:r>'
    )
    body = paragraph(run("See."), drawing) + '<w:altChunk r:id="r_aFChunk"/>' + paragraph(run("End."))
    members = word_members(body, chart="chart.xml", aFChunk="page.html")
    members |= {"word/chart.xml": chart, "word/page.html": "<p>From a <b>page</b>.</p>"}
    assert read(zip_bytes(members), "/a.docx").text == "See.\n\nSales.\nMay:\t25%.\n\nFrom a page.\n\nEnd."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"nothing", "not a valid DOCX"),
        (zip_bytes({"a.txt": "x"}), "damaged, or of another format"),
        (zip_bytes({**word_members(""), "word/document.xml": "<x/>"}), "not a Word document"),
        (b"\xd0\xcf\x11\xe0rest", "encrypted"),
        (word_bytes("<w:p/>"), "no text"),
        (zip_bytes({"a": b"0" * 20_000_000}), "zip bomb"),
    ],
)
def test_documents_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(data, "/a.docx")
