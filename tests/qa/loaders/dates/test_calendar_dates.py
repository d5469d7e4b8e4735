"""Dates as they are written in many languages, and the order of days and months."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.loaders.dates.calendar_dates import find_dates, order_in_language
from qa.loaders.dates.calendar_names import month_number

DAY = dt.date(2023, 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "3 March 2023",
        "3. März 2023",
        "3.März 2023",
        "den 3. Mär. 2023",
        "3 mars 2023",
        "vendredi 3 mars 2023",
        "3 de marzo de 2023",
        "3 marzo 2023",
        "3 de março de 2023",
        "3 maart 2023",
        "3. marts 2023",
        "3 marca 2023",
        "3. března 2023",
        "3. maaliskuuta 2023",
        "3 Mart 2023",
        "3 марта 2023",
        "3 березня 2023",
        "3 Μαρτίου 2023",
        "2023年3月3日",
        "2023년 3월 3일",
        "3.3.2023",
    ],
)
def test_a_date_is_read_in_its_language(text: str) -> None:
    (found,) = find_dates(f"({text})")
    assert found.date == DAY
    assert text.endswith(f"({text})"[found.start : found.end])


@pytest.mark.parametrize("text", ["3 goals 2023", "3 jui 2023", "12 Monkeys 1995", "in 2023", "3 mars"])
def test_words_that_are_no_months_make_no_date(text: str) -> None:
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    ("text", "month"),
    [("Mar.", 3), ("sept", 9), ("Okt.", 10), ("juil.", 7), ("févr.", 2), ("mai", 5), ("jui", None)],
)
def test_months_may_be_abbreviated(text: str, month: int | None) -> None:
    assert month_number(text) == month


def test_days_come_first_where_dots_are_usual_and_in_most_languages() -> None:
    assert [date.date for date in find_dates("4.3.2023 and 4/3/2023")] == [dt.date(2023, 3, 4), None]
    assert [date.date for date in find_dates("4/3/2023", order_in_language("fr-FR"))] == [dt.date(2023, 3, 4)]
    assert [order_in_language(code) for code in ("", "en", "en-US", "en_GB", "de")] == [
        None,
        None,
        None,
        "day first",
        "day first",
    ]
