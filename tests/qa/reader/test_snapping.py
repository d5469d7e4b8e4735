from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reader.snapping import Snapper

PIECES = [
    "Ukraine’s ",
    "40% ",
    "$2.53",
    "U.S. ",
    "(AFC) ",
    "“war” ",
    '"so" ',
    "don't ",
    "😀",
    "👩‍👩‍👧",
    "e\u0301 ",
    "日本語",
]
texts = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))


def snapped(before: str, span: str, after: str) -> str | None:
    """Return the text that a span of ``before + span + after`` snaps to."""
    text = before + span + after
    found = Snapper(text).snap(len(before), len(before) + len(span))
    return found and text[slice(*found)]


@pytest.mark.parametrize(
    ("before", "span", "after", "expected"),
    [
        ("the Den", "ver Bron", "cos won", "Denver Broncos"),
        ("write to ines", ".berg", "@orvik.example.org.", "ines.berg@orvik.example.org"),
        ("see https://orvik.example", "/ferry", "?day=2.", "https://orvik.example/ferry?day=2"),
        ("see ", "orvik", ".co.uk, or", "orvik.co.uk"),
        ("by ", "Jean", "-Luc Moreau", "Jean-Luc"),
        ("in Stratford", "-upon", "-Avon.", "Stratford-upon-Avon"),
        ("two F-", "16", "s flew", "F-16s"),
        ("a ", "Paris", "-based firm", "Paris"),
        ("it cost $2", ".5", "3 then", "$2.53"),
        ("sold ", "1,2", "50 units", "1,250"),
        ("a rise of ", "40", "% in", "40%"),
        ("at ", "-5 °C", " or", "-5 °C"),
        ("from ", "1914", "-1918", "1914"),
        ("at 10", ":3", "0 sharp", "10:30"),
        ("", "Ukraine", "’s capital", "Ukraine"),
        ("", "Ukrai", "ne’s capital", "Ukraine"),
        ("", "Ukraine’s cap", "ital", "Ukraine’s capital"),
        ("Ukraine’", "s capital", " fell", "capital"),
        ("they do", "n't", " know", "don't"),
        ("Mr O’", "Brien", " left", "O’Brien"),
        ("the ", "players’ union", " met", "players’ union"),
        ("the ", "players’", " union", "players"),
        ("he said ", "'yes", "' twice", "yes"),
        ("he said ", "'yes'", " twice", "'yes'"),
        ("in the ", "'90s", " she", "'90s"),
        ("in the ", " U.S.", " today", "U.S."),
        ("in the ", "U.S", ". today", "U.S."),
        ("by ", "Apple Inc.,", " in", "Apple Inc."),
        ("by ", "Crane", ", Ltd", "Crane, Ltd"),
        ("by Gray & ", "Sons", " Ltd.", "Sons Ltd."),
        ("by ", "Ada", " Crane, LLC, of", "Ada"),
        ("by Ada ", "Crane", ", LLC, of", "Crane, LLC"),
        ("by Crane, ", "Inc", ".;\tRavens", "Crane, Inc."),
        ("by ", "Luther King", ", Jr., in", "Luther King, Jr."),
        ("Owner: ", "Crane", ";\tLtd: 3", "Crane"),
        ("the ", "Company", " costs", "Company"),
        ("in ", " Kyiv,", " on", "Kyiv"),
        ("to ", "Kyiv.", "", "Kyiv"),
        ("— ", "— well-known —", " ", "well-known"),
        ("the ", "champion (AFC", ") won", "champion (AFC)"),
        ("the ", "Denver Broncos (the", " champions of the AFC) won", "Denver Broncos"),
        ("(", "AFC) champion", " won", "(AFC) champion"),
        ("the (", "AFC)", " champion", "AFC"),
        ("called ", "“Gold", " Rush” by", "Gold"),
        ("called ", '"Gold"', " by", '"Gold"'),
        ("called ", 'Gold"', " by", "Gold"),
        ("so 👩‍👩", "‍👧", " sang", "👩‍👩‍👧"),
        ("cafe", "\u0301 au", " lait", "cafe\u0301 au"),
        ("彼は", "東京", "にいる", "東京"),
        ("\u200f", "\u200fשלום,", " עולם", "שלום"),
        ("a", " , ", "b", None),
        ("a", "’s", " b", None),
        ("", "", "", None),
    ],
)
def test_spans_are_whole_and_clean(before: str, span: str, after: str, expected: str | None) -> None:
    assert snapped(before, span, after) == expected


@settings(max_examples=300)
@given(text=texts, data=st.data())
def test_a_snapped_span_is_a_slice_that_cuts_no_word_and_stays_as_it_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    snapper = Snapper(text)
    found = snapper.snap(start, end)
    if found is None:
        return
    left, right = found
    assert 0 <= left < right <= len(text)
    assert not text[left].isspace()
    assert not _glued(text, left)
    assert not _glued(text, right)
    assert snapper.snap(left, right) == found


def _glued(text: str, cut: int) -> bool:
    """Whether a cut lies inside an English word or number, or before a mark of the character to its left."""
    if not 0 < cut < len(text):
        return False
    before, after = text[cut - 1], text[cut]
    letters = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
    return letters or (before.isalpha() and unicodedata.combining(after) > 0)


@given(st.text(st.sampled_from("()[]\"'“”‘’«» ab.,"), max_size=12), st.data())
@settings(max_examples=500)
def test_brackets_and_quotes_in_any_disorder_come_to_an_end(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    snapped = Snapper(text).snap(start, end)
    assert snapped is None or 0 <= snapped[0] < snapped[1] <= len(text)
