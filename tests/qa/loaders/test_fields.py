import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.fields import fallback_title, parse_date, parse_tags, title_from_text

DAY = dt.date(2023, 11, 9)


@pytest.mark.parametrize(
    "value",
    [
        "2023-11-09",
        "2023-11-09T23:59:59-05:00",
        "2023/11/9",
        "20231109",
        "D:20231109120000+01'00'",
        "9 November 2023",
        "November 9th, 2023",
        "Nov. 9, 2023 10:30",
        "Thursday, 9 Nov 2023",
        "Thu, 09 Nov 2023 10:00:00 GMT",
        "the 9th of November 2023",
        "9. November 2023",
        DAY,
        dt.datetime(2023, 11, 9, 23, tzinfo=dt.UTC),
    ],
)
def test_dates_are_parsed_in_their_usual_forms(value):
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "2023",
        "2023-11",
        "2023-99-99",
        "0001-01-01",
        "9999-12-31",
        "01/02/2023",
        None,
        7,
        "1699488000",
        "9 Foo 2023",
        "31 June 2023",
        "9 N 2023",
    ],
)
def test_absurd_or_unclear_dates_are_none(value):
    assert parse_date(value) is None


@given(st.one_of(st.text(), st.integers(), st.lists(st.text())))
def test_parsing_never_raises(value):
    parse_date(value)
    parse_tags(value)


@given(st.dates(dt.date(1000, 1, 1), dt.date(2199, 12, 31)))
def test_iso_dates_round_trip(date):
    assert parse_date(date.isoformat()) == date


def test_tags_come_from_strings_and_lists():
    assert parse_tags("a, b;c,,a") == ("a", "b", "c")
    assert parse_tags(["x  y", 3, ""]) == ("x y", "3")
    assert parse_tags(None) == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A fine title\n\nThen the text.", "A fine title"),
        ("A fine title\n" + "word " * 40, "A fine title"),
        ("A fine title\n3 March 2025\n\nThen the text.", "A fine title"),
        ("A fine title\nBERLIN, March 3, 2025\nThen the text,\nwrapped.", "A fine title"),
        ("A fine title\nPublished: 2025-03-03, 14:30\n\nThen the text.", "A fine title"),
        ("A fine title\r\nBy Ines Bratt and A. de Vries\r\n\r\nThen the text.", "A fine title"),
        ("A fine title\n============\nThen the text.", "A fine title"),
        ("3 March 2025\n\nA fine title\n\nThen the text.", "A fine title"),
        ("2025-03-03\nA fine title\nBy Ines Bratt\n\nThen the text.", "A fine title"),
        ("3 March 2025", "3 March 2025"),
        ("Minutes, 3 March 2025\n\nAll were present.", "Minutes, 3 March 2025"),
        (
            "The bridge was closed\nby Ines Bratt, the mayor, on Monday.",
            "The bridge was closed by Ines Bratt, the mayor, on Monday",
        ),
        (
            "It was the best of times, it was\nthe worst of times.",
            "It was the best of times, it was the worst of times",
        ),
        (
            "Dr. Smith went to Washington in the U.S. last week. He left.",
            "Dr. Smith went to Washington in the U.S. last week",
        ),
        ("word " * 40, "word " * 14 + "word…"),
        ("字" * 100, "字" * 75 + "…"),
        ("---\n\nText.", "--- Text"),
    ],
)
def test_a_title_is_the_first_line_or_the_first_sentence(text, title):
    assert title_from_text(text) == title


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("annual_report-2023", "Annual report 2023"),
        ("notes", "Notes"),
        ("000_45e8615605c2f88a", "The text"),
        ("123", "The text"),
        ("d41d8cd98f00b204e9800998ecf8427e", "The text"),
    ],
)
def test_a_readable_name_is_a_title(stem, title):
    assert fallback_title(stem, "The text.") == title
