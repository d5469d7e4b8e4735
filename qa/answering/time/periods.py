"""Find the periods that a text names: days, weeks, months, seasons and years, read from the date of the text."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from qa.types import Period

__all__ = ["NamedPeriod", "find_periods"]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_VERBS = {"may", "march", "mar"}
"""Months only with a capital or a year."""
_WEEKDAYS = [name.lower() for name in calendar.day_name]
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The month in which each begins, in the north."""

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>\d{4})\b"
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_COUNTED = r"\s+(?:people|pounds|dollars|euros)\b"


class NamedPeriod(NamedTuple):
    """A period and where a text names it: ``text[start:end]``."""

    start: int
    end: int
    period: Period


def find_periods(text: str, reference: dt.date) -> Iterator[NamedPeriod]:
    """Yield the periods that a text names, in order.

    :param reference: the date of the text. A day or a month without a year is the nearest one, a weekday or a
        season the last one.
    """
    found: list[NamedPeriod] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= other.start or other.end <= start for other in found):
                try:
                    found += [NamedPeriod(start, end, period) for period in read(match, reference)]
                except (ValueError, OverflowError):  # 31 June, and the ends of the calendar
                    continue
    yield from sorted(found)


def _iso(match: re.Match[str], _: dt.date) -> Iterator[Period]:
    yield _day(dt.date.fromisoformat(match[0]))


def _date(match: re.Match[str], reference: dt.date) -> Iterator[Period]:
    yield _day(_nearest(match["year"], _MONTHS[match["month"].lower()], int(match["day"]), reference))


def _month(match: re.Match[str], reference: dt.date) -> Iterator[Period]:
    word = match["month"]
    if match["year"] or word[0].isupper() or not (len(word) == 3 or word in _VERBS):
        first = _nearest(match["year"], _MONTHS[word.lower()], 1, reference)
        yield Period(first, _end_of_month(first))


def _season(match: re.Match[str], _: dt.date) -> Iterator[Period]:
    first = dt.date(int(match["year"]), _SEASONS[match["season"].lower()], 1)
    yield Period(first, _end_of_month(first + dt.timedelta(62)))


def _last_season(match: re.Match[str], reference: dt.date) -> Iterator[Period]:
    first = dt.date(reference.year, _SEASONS[match["season"].lower()], 1)
    last = _end_of_month(first + dt.timedelta(62))
    if last >= reference:
        first = first.replace(year=first.year - 1)
    yield Period(first, _end_of_month(first + dt.timedelta(62)))


def _weekday(match: re.Match[str], reference: dt.date) -> Iterator[Period]:
    yield _day(reference - dt.timedelta((reference.weekday() - _WEEKDAYS.index(match[0].lower())) % 7))


def _relative(match: re.Match[str], reference: dt.date) -> Iterator[Period]:
    match match["unit"].lower():
        case "today":
            yield _day(reference)
        case "yesterday":
            yield _day(reference - dt.timedelta(1))
        case "week":
            monday = reference - dt.timedelta(reference.weekday() + 7)
            yield Period(monday, monday + dt.timedelta(6))
        case "month":
            last = reference.replace(day=1) - dt.timedelta(1)
            yield Period(last.replace(day=1), last)
        case _:
            yield _whole_year(reference.year - 1)


def _year(match: re.Match[str], _: dt.date) -> Iterator[Period]:
    yield _whole_year(int(match["year"]))


_FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], Iterator[Period]]]] = [
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"\b\d{4}-\d\d-\d\d\b", _iso),
        (rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?", _date),
        (rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?", _date),
        (rf"\b{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?", _month),
        (rf"\b{_SEASON}\s+(?:of\s+)?{_YEAR}", _season),
        (rf"\blast\s+{_SEASON}\b", _last_season),
        (rf"\b(?:{'|'.join(_WEEKDAYS)})\b", _weekday),
        (r"\b(?:last\s+)?(?P<unit>yesterday|today|(?<=last\s)(?:week|month|year))\b", _relative),
        (rf"(?<![\d.,£$€-])(?P<year>(?:19|20)\d\d)(?!\d|[,.]\d|%|{_COUNTED})\b", _year),
    )
]
"""What names a period, the longest forms first, and what reads it."""


def _day(date: dt.date) -> Period:
    return Period(date, date)


def _whole_year(year: int) -> Period:
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))


def _nearest(year: str | None, month: int, day: int, reference: dt.date) -> dt.date:
    """Return a day of a year or, without one, the nearest to the reference of the days with that name."""
    if year:
        return dt.date(int(year), month, day)
    years = range(max(1, reference.year - 1), min(9999, reference.year + 1) + 1)
    days = [dt.date(near, month, day) for near in years if day <= calendar.monthrange(near, month)[1]]
    return min(days, key=lambda date: abs((date - reference).days))


def _end_of_month(date: dt.date) -> dt.date:
    return date.replace(day=calendar.monthrange(date.year, date.month)[1])
