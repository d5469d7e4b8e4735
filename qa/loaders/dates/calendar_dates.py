"""Find calendar dates in a line of text, and refuse those that could be read in two ways."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

__all__ = ["YEARS", "Order", "WrittenDate", "find_dates", "is_numeric", "make_date", "numeric_order"]

Order = Literal["day first", "month first"]

YEARS = range(1000, 2200)

# Not strptime, whose month names depend on the locale.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_DAY_FIRST = rf"{_WEEKDAY}(?:the\s+)?(?P<day>{_DAY})(?:\s+of)?\s+(?P<month>{_MONTH}),?\s+(?P<year>\d{{4}})"
_MONTH_FIRST = rf"{_WEEKDAY}(?P<month>{_MONTH})\s+(?:the\s+)?(?P<day>{_DAY}),?\s+(?P<year>\d{{4}})"
_YEAR_FIRST = r"(?P<year>\d{4})(?P<gap>[-/.])(?P<month>\d{1,2})(?P=gap)(?P<day>\d{1,2})"
_NUMERIC = rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<gap>[-/.])(?P<second>\d{{1,2}})(?P=gap)(?P<year>\d{{4}})"
_PATTERNS = [
    re.compile(rf"(?<![\w])(?<!\d[-/.]){pattern}(?!\w|[-/.]\d)", re.IGNORECASE)
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _NUMERIC)
]


class WrittenDate(NamedTuple):
    """A date as it stands in a line; ``date`` is None if it is not valid, or could be read in two ways."""

    start: int
    end: int
    date: dt.date | None


def find_dates(line: str, order: Order | None = None) -> Iterator[WrittenDate]:
    """Yield the dates in a line that have a day, a month and a year of four digits.

    :param order: how 03/04/2023 is read; None: not at all.
    """
    for pattern in _PATTERNS:
        for match in pattern.finditer(line):
            yield WrittenDate(match.start(), match.end(), _date(match.groupdict(), order))


def is_numeric(line: str) -> bool:
    """Return whether the line has a date such as 03/04/2023, which may need an order to be read."""
    return bool(_PATTERNS[-1].search(line))


def numeric_order(text: str) -> Order | None:
    """Return the order of days and months in a text's numeric dates, if those like 25/04/2023 agree on one."""
    orders: set[Order] = set()
    for match in _PATTERNS[-1].finditer(text):
        if int(match["first"]) > 12 >= int(match["second"]):
            orders.add("day first")
        elif int(match["second"]) > 12 >= int(match["first"]):
            orders.add("month first")
    return orders.pop() if len(orders) == 1 else None


def make_date(year: int | str, month: int | str, day: int | str) -> dt.date | None:
    """Return a date of numbers, or of a month's English name and a day such as ``3rd``; None if there is none."""
    month = str(month)
    number = int(month) if month.isdecimal() else 1 + _MONTHS.index(month[:3].lower())
    try:
        return dt.date(int(year), number, int(str(day).rstrip("stndrhSTNDRH."))) if int(year) in YEARS else None
    except ValueError:
        return None


def _date(parts: dict[str, str], order: Order | None) -> dt.date | None:
    if "first" not in parts:
        return make_date(parts["year"], parts["month"], parts["day"])
    first, second, year = int(parts["first"]), int(parts["second"]), parts["year"]
    is_clear = first == second or first > 12 or second > 12
    if not is_clear and order is None:
        return None
    day_first = first > 12 or (second <= 12 and order != "month first")
    return make_date(year, second, first) if day_first else make_date(year, first, second)
