import datetime as dt

import pytest

from qa.errors import LoadError
from tests.qa.loaders.documents import zip_bytes
from tests.qa.loaders.office_documents import ODF_META, ODP_BODY, ODS_BODY, ODT_BODY, odf_bytes, odf_xml
from tests.qa.loaders.reading import headings, place_of, read

TEXT = "The harbour\n\nRebuilt in 1931, it is busy.\n\nBy Anna Berg.\n\n• ships\n\nYear: 2023;\tShips: 40."


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (odf_bytes(ODT_BODY, meta=ODF_META), "/a.odt"),
        (odf_xml(ODT_BODY, meta=ODF_META).encode(), "/a.fodt"),
    ],
)
def test_odt(data: bytes, name: str) -> None:
    article = read(data, name)
    assert article.text == TEXT
    assert headings(article) == [("The harbour", 1)]
    assert (article.title, article.date, article.tags) == ("Report", dt.date(2023, 11, 9), ("sea",))
    assert article.metadata == {"author": "A. Writer"}


def test_ods_has_rows_as_places_and_jumps_over_repeated_blank_ones() -> None:
    article = read(odf_bytes(ODS_BODY), "/a.ods")
    assert article.text == "Ships\n\nShip: Gull;\tYear: 1931."
    assert place_of(article, "Gull") == "sheet Ships, row 4"


def test_odp_has_slides_as_places() -> None:
    article = read(odf_bytes(ODP_BODY), "/a.odp")
    assert article.text == "The harbour\n\n• Rebuilt in 1931\n\nMention Anna Berg."
    assert (place_of(article, "1931"), place_of(article, "Anna")) == ("slide 1", "slide 1, notes")


def in_text(body: str, styles: str = "") -> str:
    return read(odf_bytes(f"<office:text>{body}</office:text>", styles), "/a.odt").text


STYLES = (
    '<style:style style:name="gone"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="up"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" '
    'style:num-suffix=")"/></text:list-style>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d</text:p>", "a b c\nd"),
        ("<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:p>kept</text:p>", "kept"),
        ("<text:p>x<office:annotation><text:p>note</text:p></office:annotation>y</text:p>", "xy"),
        ("<text:p>seen<text:span text:style-name='gone'>hidden</text:span></text:p>", "seen"),
        ("<text:p text:style-name='gone'>hidden</text:p><text:p>seen</text:p>", "seen"),
        ("<text:section text:display='none'><text:p>hidden</text:p></text:section><text:p>seen</text:p>", "seen"),
        ("<text:p>10<text:span text:style-name='up'>3</text:span> m</text:p>", "10³ m"),
        ("<text:table-of-content><text:p>Intro 3</text:p></text:table-of-content><text:p>seen</text:p>", "seen"),
        (
            "<text:p>One <draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>"
            "sentence.</text:p>",
            "One sentence.\n\nbox",
        ),
        (
            "<text:list text:style-name='L'><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b"
            "</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>c</text:p></text:list-item>"
            "</text:list>",
            "1. a\na) b\n2. c",
        ),
        (
            "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Name</text:p>"
            "</table:table-cell><table:table-cell><text:p>Town</text:p></table:table-cell></table:table-row>"
            "</table:table-header-rows><table:table-row><table:table-cell><text:p>Anna</text:p></table:table-cell>"
            "<table:table-cell><text:p>Lumen</text:p></table:table-cell></table:table-row></table:table>",
            "Name: Anna;\tTown: Lumen.",
        ),
    ],
)
def test_what_a_reader_sees(body: str, text: str) -> None:
    assert in_text(body, STYLES) == text


def test_an_equation_stands_in_its_sentence() -> None:
    body = (
        "<office:text><text:p>It is <draw:frame><draw:object xlink:href='./Object 1'/></draw:frame> "
        "metres.</text:p>"
        "</office:text>"
    )
    math = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mn>42</mn></math>'
    data = zip_bytes({"content.xml": odf_xml(body), "Object 1/content.xml": math})
    assert read(data, "/a.odt").text == "It is 42 metres."


ENCRYPTED = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry><m:encryption-data/>'
    "</m:file-entry></m:manifest>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"nothing", "not a valid ODT"),
        (zip_bytes({"content.xml": "<x/>"}), "not an OpenDocument file"),
        (zip_bytes({"content.xml": "x", "META-INF/manifest.xml": ENCRYPTED}), "encrypted"),
        (odf_bytes("<office:text/>"), "no text"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(data, "/a.odt")
