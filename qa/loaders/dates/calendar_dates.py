"""Find calendar dates in a line of text, and refuse those that could be read in two ways."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from qa.loaders.dates.calendar_names import WEEKDAYS, month_number

__all__ = [
    "YEARS",
    "Order",
    "WrittenDate",
    "find_dates",
    "is_numeric",
    "make_date",
    "numeric_order",
    "order_in_language",
]

Order = Literal["day first", "month first"]

YEARS = range(1000, 2200)

# English months only, since every word of a text is compared with them.
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = rf"(?:(?:{WEEKDAYS})\b\.?,?\s+)?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|\.|º)?"
_DAY_FIRST = (
    rf"{_WEEKDAY}(?:(?:the|le|el|il|am|den|dem|vom|op|dnia)\s+)?(?P<day>{_DAY})(?:(?:\s+(?:of|de))?\s+|(?<=\.))"
    r"(?P<month>[^\W\d_]{3,}\b\.?),?(?:\s+del?)?\s+(?P<year>\d{4})"
)
_MONTH_FIRST = rf"{_WEEKDAY}(?P<month>{_MONTH})\s+(?:the\s+)?(?P<day>{_DAY}),?\s+(?P<year>\d{{4}})"
_YEAR_FIRST = r"(?P<year>\d{4})(?P<gap>[-/.])(?P<month>\d{1,2})(?P=gap)(?P<day>\d{1,2})"
_NUMERIC = r"(?P<first>\d{1,2})(?P<gap>[-/.])(?P<second>\d{1,2})(?P=gap)(?P<year>\d{4})"
_PATTERNS = [
    *(
        re.compile(rf"(?<![\w])(?<!\d[-/.]){pattern}(?!\w|[-/.]\d)", re.IGNORECASE)
        for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, rf"{_WEEKDAY}{_NUMERIC}")
    ),
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"),
]
_NUMBERS = re.compile(rf"(?<![\w])(?<!\d[-/.]){_NUMERIC}(?!\w|[-/.]\d)")

_DAY_FIRST_ENGLISH = frozenset(("gb", "ie", "au", "nz", "in", "za"))


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
            parts = match.groupdict()
            if "month" not in parts or parts["month"].isdecimal() or month_number(parts["month"]):
                yield WrittenDate(match.start(), match.end(), _date(parts, order))


def is_numeric(line: str) -> bool:
    """Return whether the line has a date such as 03/04/2023, which may need an order to be read."""
    return bool(_NUMBERS.search(line))


def numeric_order(text: str) -> Order | None:
    """Return the order of days and months in a text's numeric dates, if those like 25/04/2023 agree on one."""
    orders: set[Order] = set()
    for match in _NUMBERS.finditer(text):
        if int(match["first"]) > 12 >= int(match["second"]):
            orders.add("day first")
        elif int(match["second"]) > 12 >= int(match["first"]):
            orders.add("month first")
    return orders.pop() if len(orders) == 1 else None


def order_in_language(code: str) -> Order | None:
    """Return the order of days and months in a language, given by its code; None for none, and for English.

    Pages declare "en" and "en-US" without meaning the United States, so that they say nothing.
    """
    language, _, country = code.strip().lower().replace("_", "-").partition("-")
    return None if language in ("", "en") and country not in _DAY_FIRST_ENGLISH else "day first"


def make_date(year: int | str, month: int | str, day: int | str) -> dt.date | None:
    """Return a date of numbers, or of a month's name and a day such as ``3rd``; None if there is none."""
    month = str(month)
    number = int(month) if month.isdecimal() else month_number(month) or 0
    number_of_day = int(str(day).rstrip("stndrehSTNDREH.º"))
    try:
        return dt.date(int(year), number, number_of_day) if int(year) in YEARS else None
    except ValueError:
        return None


def _date(parts: dict[str, str], order: Order | None) -> dt.date | None:
    if "first" not in parts:
        return make_date(parts["year"], parts["month"], parts["day"])
    first, second, year = int(parts["first"]), int(parts["second"]), parts["year"]
    if parts["gap"] == ".":  # the day comes first wherever dots are usual
        order = "day first"
    is_clear = first == second or first > 12 or second > 12
    if not is_clear and order is None:
        return None
    day_first = first > 12 or (second <= 12 and order != "month first")
    return make_date(year, second, first) if day_first else make_date(year, first, second)
