"""The date at the head of a text: "15 January 2024", "BERLIN, March 3, 2023 -", "Published: 3 March 2023"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from enum import IntEnum
from itertools import islice
from typing import NamedTuple

from qa.loaders.dates.calendar_dates import Order, find_dates, is_numeric, make_date, numeric_order

__all__ = ["date_field", "date_in_head", "is_of_something_else", "is_update", "is_whole_dateline"]

HEAD_CHARACTERS = 2000
HEAD_LINES = 8
MAX_LINE = 160
"""Of a longer line only this much is looked at: a dateline is at its beginning."""
SEARCHED_CHARACTERS = 50_000
"""How far a text is searched for lines that begin with a date, and for the order of days and months."""
MAX_DATE = 40
MAX_LABEL = 4

_FIELD = re.compile(r"\s*date(?:\s*:)?\s*(\d{4})-(\d\d)-(\d\d)(?:\s+|\Z)", re.IGNORECASE)
_ON = r"(?: (?:on|at|am|le|el|il|op|den|dnia|em|en))?"
_DECLARED = re.compile(
    r"(?:(?:(?:first |originally )?(?:published|posted|released|issued|filed|sent|dated|written|created)"
    r"|veröffentlicht|publiziert|erschienen|erstellt|publiée?|mise? en ligne|parue?|publicad[oa]|pubblicat[oa]"
    rf"|opublikowan[oy]|dodano|gepubliceerd|geplaatst|publicera[dt]|publisert)(?: by [\w .'’-]{{1,60}})?{_ON}"
    r"|(?:publication|release|issue) date|datum|fecha|data(?: publikacji)?"
    r"|date(?: (?:published|posted|issued|of (?:publication|issue|release)))?)\W*",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"(?:(?:last |zuletzt )?(?:updated|modified|revised|edited|changed|reviewed|aktualisiert|geändert)|stand"
    rf"|mise? à jour|modifiée?|actualizad[oa]|aggiornat[oa]|aktualizacja|zaktualizowan[oy]|bijgewerkt){_ON}\W*",
    re.IGNORECASE,
)
_COLUMN = re.compile("[|·•,;—–]")
# Names in front of the date: "Berlin,", "WASHINGTON (AP) -", "By Ines Bratt |".
_WORD = r"(?:[A-Z][\w.'’&-]*|of|the|and|de|la|le|del|von|van|di|da|du)"
_AGENCY = r"(?: ?\([A-Z][\w ]{1,20}\))?"
_NAMES = re.compile(
    rf"(?:by )?{_WORD}(?:,? {_WORD}){{0,7}}{_AGENCY}\s*[,|·•–—(-]+\s*|[A-Z]{{3,}}(?: [A-Z]{{2,}})*{_AGENCY}\s+"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:born|died|due|deadline|expir\w+|effective|until|since|accessed|retrieved|valid|next|birth|clos\w+|ends?"
    r"|starts?|begins?|began|event|exam|open\w*|founded|formed|established|incorporated|launched|inaugurat\w+"
    r"|dissolved|adopted|ratified|built|completed|term|period|taken|dates?|joined|registered|registriert|geboren"
    r"|gestorben|bis|ab|seit|gültig|frist|termin|beginn|veranstaltung|né|née|jusqu|depuis|valable|hasta|desde)\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"\d\.?(?: [^\W\d]+)?(?: - | ?– ?)\d{1,2}\.? ?[^\W\d]")
_TIME = r"[\s,|·•–—(-]*(?:at )?\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{1,5}\b|[+-]\d\d:?\d\d)?"
_NOTE = r"\s*[,|·•–—(-]+\s*(?:\d+ min(?:utes?)? read|(?:by )?[A-Z][^.]{0,60})|\s+by [^.]{1,60}"
_REST = re.compile(rf"(?:{_TIME})?(?:{_NOTE})?[\s.,;)\]\"'”*_]*")
_OPENING = re.compile(r"(?:\s*\([^()]{1,30}\)|\s*\))?(?:\s*[–—]|\s*--?(?=\s)|\.(?=\s+\S))")


class _Rank(IntEnum):
    """How much a date at the head says about the text, the most first."""

    DECLARED = 0
    PLAIN = 1
    UPDATED = 2


class _Found(NamedTuple):
    date: dt.date
    rank: _Rank


def date_field(text: str) -> tuple[dt.date | None, int]:
    """Return the date of a field that a text begins with, as in ``date 2023-11-09``, and where the field ends.

    The field is no part of what the text says, and of no passage. Without one, return None and 0.
    """
    field = _FIELD.match(text)
    date = make_date(*field.groups()) if field else None
    return (date, field.end()) if field and date else (None, 0)


def date_in_head(text: str) -> dt.date | None:
    """Return the date that the head of the text gives, or None.

    It stands on a line of its own, perhaps with a place, an author or a time, or opens the text before a full stop
    or a dash. Dates inside a sentence do not count, nor those of something else ("Deadline: 3 March 2023"), nor
    those of a diary or a chronology, in which several lines begin with a date.
    """
    lines = list(islice(_lines(text[:HEAD_CHARACTERS]), HEAD_LINES))
    order = numeric_order(text[:SEARCHED_CHARACTERS]) if any(map(is_numeric, lines)) else None
    above = ["", "", *lines[1:]]  # the first line is a title, whatever its words
    found = [
        found
        for label, line in zip(above, lines, strict=False)
        if not _is_label(label) and (found := _date_of_line(line, order))
    ]
    if not found:
        return None
    rank = min(each.rank for each in found)
    dates = {each.date for each in found if each.rank == rank}
    if len(dates) > 1 or (rank is _Rank.PLAIN and _is_chronology(text, order)):
        return None
    return dates.pop()


def is_whole_dateline(line: str) -> bool:
    """Return whether a line is a date, perhaps with a place, an author or a time, and nothing else."""
    found = _date_of_line(line, "day first")
    return found is not None and len(line) <= MAX_LINE


def is_update(line: str) -> bool:
    """Return whether a line says when a text was changed, not when it was published."""
    dates = sorted(date.start for date in find_dates(line[:MAX_LINE], "day first"))
    return bool(dates) and _rank(line[: dates[0]]) is _Rank.UPDATED


def is_of_something_else(line: str) -> bool:
    """Return whether a line gives the date of something else than the text, such as a deadline, or a period."""
    return bool(_OF_SOMETHING_ELSE.search(line) or _PERIOD.search(line))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines that are not blank, without the marks of lists, headings and emphasis around them."""
    return filter(None, (line.strip(" \t\r*_#>-") for line in text.split("\n")))


def _is_label(line: str) -> bool:
    """Return whether a line is what a table says about the next one, such as "Founded"."""
    return len(line.split()) <= MAX_LABEL and bool(_OF_SOMETHING_ELSE.search(line))


def _date_of_line(line: str, order: Order | None) -> _Found | None:
    """Return the date that a line gives for the whole text, or None."""
    dates = sorted(find_dates(line[:MAX_LINE], order), key=lambda date: date.start)
    if not dates or dates[0].date is None:
        return None
    before, after = line[: dates[0].start], line[dates[0].end :]
    rank = _rank(before)
    if (
        len(dates) > 1
        and not line[dates[0].end : dates[1].start].strip(" \t-–—/")
        and dates[1].start > dates[0].start
    ):
        return None  # a period
    is_alone = len(dates) == 1 and len(line) <= MAX_LINE and _REST.fullmatch(after)
    if rank is None or not (is_alone or (rank is _Rank.PLAIN and _OPENING.match(after))):
        return None
    return _Found(dates[0].date, rank)


def _rank(before: str) -> _Rank | None:
    """Return what the words in front of a date make of it, or None if they make it another date."""
    last = _COLUMN.split(before)[-1].strip(" \t([\"'“")
    if _DECLARED.fullmatch(last):
        return _Rank.DECLARED
    if _UPDATED.fullmatch(last):
        return _Rank.UPDATED
    is_plain = not before.strip(" \t([\"'“") or (
        _NAMES.fullmatch(before) and not _OF_SOMETHING_ELSE.search(before)
    )
    return _Rank.PLAIN if is_plain else None


def _is_chronology(text: str, order: Order | None) -> bool:
    """Return whether lines begin with different dates."""
    first = {
        date.date
        for line in _lines(text[:SEARCHED_CHARACTERS])
        for date in find_dates(line[:MAX_DATE], order)
        if date.start == 0
    }
    return len(first) > 1
