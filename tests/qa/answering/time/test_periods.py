from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.time.periods import find_periods

THURSDAY = dt.date(2025, 9, 18)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 3 May", "2025-05-03", "2025-05-03"),
        ("on 31 December", "2025-12-31", "2025-12-31"),
        ("on January 2nd", "2026-01-02", "2026-01-02"),
        ("on the 4th of July, 1998", "1998-07-04", "1998-07-04"),
        ("on 2024-02-29", "2024-02-29", "2024-02-29"),
        ("in Feb 2024", "2024-02-01", "2024-02-29"),
        ("In May the council", "2025-05-01", "2025-05-31"),
        ("the spring of 2024", "2024-03-01", "2024-05-31"),
        ("last autumn", "2024-09-01", "2024-11-30"),
        ("on Wednesday", "2025-09-17", "2025-09-17"),
        ("on Thursday", "2025-09-18", "2025-09-18"),
        ("yesterday", "2025-09-17", "2025-09-17"),
        ("last week", "2025-09-08", "2025-09-14"),
        ("last month", "2025-08-01", "2025-08-31"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("built in 1958,", "1958-01-01", "1958-12-31"),
    ],
)
def test_a_period_is_read_from_the_date_of_its_article(text: str, first: str, last: str) -> None:
    (found,) = find_periods(text, THURSDAY)
    assert [str(found.period.first), str(found.period.last)] == [first, last]


@pytest.mark.parametrize(
    "text",
    [
        "it may close",
        "they march on",
        "2,000 people",
        "1990 people came",
        "£1900",
        "3.2019",
        "a mar on it",
    ],
)
def test_what_is_no_period(text: str) -> None:
    assert not list(find_periods(text, THURSDAY))


@given(st.text(), st.dates())
def test_any_text_is_searched(text: str, reference: dt.date) -> None:
    for found in find_periods(text, reference):
        assert 0 <= found.start < found.end <= len(text)
        assert found.period.first <= found.period.last


@given(
    st.dates(min_value=dt.date(2, 1, 1), max_value=dt.date(9998, 12, 31)),
    st.dates(dt.date(2, 1, 1), dt.date(9998, 12, 31)),
)
def test_a_day_without_a_year_is_the_nearest(day: dt.date, reference: dt.date) -> None:
    for found in find_periods(f"{day.day} {day:%B}", reference):
        assert (found.period.first.day, found.period.first.month) == (day.day, day.month)
        assert abs((found.period.first - reference).days) <= 366 * 2
