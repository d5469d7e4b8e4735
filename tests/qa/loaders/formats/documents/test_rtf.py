import datetime as dt

import pytest

from qa.errors import LoadError
from tests.qa.loaders.office_documents import RTF
from tests.qa.loaders.reading import headings, read


def test_rtf() -> None:
    article = read(RTF, "/a.rtf")
    assert article.text == (
        "The harbour\n\nRebuilt in 1931, it is “busy” – again.\n\nBy Anna Berg.\n\nМоре\n\n1. ships\n\n"
        "Year: 2023;\tShips: 40.\n\nThe end."
    )
    assert headings(article) == [("The harbour", 1)]
    assert (article.title, article.date) == ("Harbours", dt.date(2023, 11, 9))
    assert article.metadata == {"author": "A. Writer"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"a\'e9b", "aéb"),
        (rb"\uc2\u-10179??\u-8704??", "😀"),
        (rb"\uc1\u8364\'80 5", "€ 5"),
        (rb"{\*\unknown gone}seen", "seen"),
        (rb"{\pict 00ff}seen", "seen"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (rb"10{\super 3} m", "10³ m"),
        (rb"one\line two", "one\ntwo"),
        (rb"{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt box\par}}{\shprslt twice}", "box"),
        (rb"\bin3 }}}seen", "seen"),
        (rb"seen{\nonesttables\par twice}", "seen"),
        (rb"{\header page 1}seen{\*\annotation note}", "seen"),
        (rb"non\_breaking opti\-onal a\~b", "non-breaking optional a\xa0b"),
        (rb"{\*\mmath{\*\moMath{\mr 42}}} m", "42 m"),
        (rb"\trowd\trhdr\cellx1\cellx2\intbl Name\cell Town\cell\row\trowd\cellx1\cellx2\intbl "
        rb"Anna\cell Lumen\cell\row",
         "Name: Anna;\tTown: Lumen."),
    ],
)  # fmt: skip
def test_what_a_reader_sees(body: bytes, text: str) -> None:
    assert read(rb"{\rtf1\ansi " + body + b"}", "/a.rtf").text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"plain words", "not RTF"), (rb"{\rtf1\ansi}", "no text"), (rb"{\rtf1{\pict 00}}", "no text")],
)
def test_files_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(data, "/a.rtf")
