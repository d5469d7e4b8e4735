import datetime as dt
import json

import pytest

from qa.errors import LoadError
from tests.qa.loaders.office_documents import NOTEBOOK, RST, SRT, VTT
from tests.qa.loaders.reading import headings, place_of, read


def test_cues_are_joined_to_sentences_and_keep_their_times() -> None:
    article = read(VTT, "/ferry.vtt")
    assert article.text == ("Anna: The ferry sank in 1911 & nobody knows why.\n\nBen: It was found in 1950.")
    assert article.title == "The ferry"
    assert [place_of(article, words) for words in ("The", "1911", "1950")] == ["00:00:01", "00:00:03", "01:02:05"]


def test_srt_and_a_pause() -> None:
    article = read(SRT, "/The_ferry.srt")
    assert (article.text, article.title) == ("The ferry sank in 1911.\n\nIt is.", "The ferry")


def srt(*cues: str) -> bytes:
    return "\n\n".join(
        f"00:00:{2 * number:02},000 --> 00:00:{2 * number + 2:02},000\n{cue}" for number, cue in enumerate(cues)
    ).encode()


@pytest.mark.parametrize(
    ("cues", "text"),
    [
        (("one", "one\ntwo", "two\nthree"), "one two three"),  # captions that roll up
        (("- Who?\n- Anna.", "She rebuilt it."), "Who?\n\nAnna. She rebuilt it."),
        (("{\\an8}<font color='red'>Top</font>",), "Top"),
        (("5 < 6 > 4",), "5 < 6 > 4"),
        (("<v Anna>We", "agree.", "Music plays."), "Anna: We agree.\n\nMusic plays."),
    ],
)
def test_cues(cues: tuple[str, ...], text: str) -> None:
    assert read(srt(*cues), "/a.srt").text == text


def test_cues_that_follow_without_a_blank_line() -> None:
    data = b"1\n00:01,000 --> 00:02,000\nOne.\n2\n00:02,000 --> 00:03,000\nTwo.\n"
    assert read(data, "/a.srt").text == "One. Two."


def test_a_notebook_has_texts_code_and_outputs() -> None:
    article = read(NOTEBOOK, "/a.ipynb")
    assert article.text == "Ships\n\nWe count ships.\n\ncount(ships)\n\n40\n\nYear: 2023;\tShips: 40."
    assert (article.title, headings(article)) == ("Ships", [("Ships", 1)])
    assert (place_of(article, "We"), place_of(article, "40")) == ("cell 1", "cell 2 (In [3])")


def test_a_notebook_of_an_older_version() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Ships"},
        {
            "cell_type": "code",
            "prompt_number": 1,
            "input": "x",
            "outputs": [{"output_type": "pyout", "text": "40"}],
        },
        {
            "cell_type": "code",
            "input": "",
            "outputs": [{"output_type": "pyerr", "ename": "KeyError", "evalue": "'a'"}],
        },
    ]
    article = read(json.dumps({"worksheets": [{"cells": cells}]}).encode(), "/a.ipynb")
    assert article.text == "Ships\n\nx\n\n40\n\nKeyError: 'a'"
    assert headings(article) == [("Ships", 2)]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"image/png": "x", "text/plain": "<Figure size 640x480 with 1 Axes>"}, "x"),
        ({"text/plain": "[<matplotlib.lines.Line2D at 0x7f3a>,\n <matplotlib.lines.Line2D at 0x7f3b>]"}, "x"),
        ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "interactive(children=())"}, "x"),
        ({"image/png": "x", "text/plain": "a < b and c > d"}, "x\n\na < b and c > d"),
    ],
)
def test_what_stands_for_a_picture_or_a_widget_is_left_out(data: dict[str, object], text: str) -> None:
    cell = {"cell_type": "code", "source": "x", "outputs": [{"output_type": "execute_result", "data": data}]}
    assert read(json.dumps({"cells": [cell]}).encode(), "/a.ipynb").text == text


def test_rst_with_what_sphinx_adds() -> None:
    article = read(RST, "/a.rst")
    assert article.text == (
        "The harbour\n\nRebuilt in 1931 by Anna Berg.\n\n2.0 It is busy.\n\nprint(1)\n\nYear: 2023;\tShips: 40."
    )
    assert (article.title, article.date) == ("The harbour", dt.date(2023, 11, 9))
    assert article.metadata == {"author": "A. Writer"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("See :class:`~a.b.Ship` and :doc:`guide`.", "See Ship and guide."),
        ("The |product| sails.", "The product sails."),
        (".. include:: /etc/passwd\n\nSeen.", "Seen."),
        (".. raw:: html\n\n   <b>x</b>\n\nSeen.", "Seen."),
        (".. csv-table::\n   :file: /etc/passwd\n\nSeen.", "Seen."),
        (".. note:: Mind the gap.\n", "Note\n\nMind the gap."),
        ("Broken `link <x", "Broken link <x"),
        ("Text [1]_.\n\n.. [1] A note.", "Text.\n\nA note."),
    ],
)
def test_rst(source: str, text: str) -> None:
    assert read(source.encode(), "/a.rst").text == text


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"words", "/a.srt", "no subtitles"),
        (b"WEBVTT\n\nNOTE x\n", "/a.vtt", "no subtitles"),
        (b"words", "/a.ipynb", "not a notebook"),
        (b"[1]", "/a.ipynb", "no cells"),
        (b'{"cells": []}', "/a.ipynb", "no text"),
        (b".. a comment\n", "/a.rst", "no text"),
        (b"\x00\x01\x02", "/a.rst", "binary"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(data, name)
