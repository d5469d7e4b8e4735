"""The date in a path: ``2024-01-15-ferry.txt``, ``ferry_20240115.md``, ``2024/01/15/ferry.html``."""

from __future__ import annotations

import datetime as dt
import re

from qa.loaders.dates.calendar_dates import find_dates, make_date

__all__ = ["date_in_path"]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)
_QUERY = re.compile(r"[?#].*", re.DOTALL)
_SUFFIXES = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,8}){1,2}\Z")
_GAPS = re.compile(r"[\s_.,-]+")
_SEPARATED = re.compile(r"(?<!\d)(\d{4})([-_. ])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d])(\d{1,2})([-_. ])(\d{1,2})\2(\d{4})(?!\d)")
_COMPACT = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]*?((?:19|20)\d\d)(\d\d)(\d\d)(?:[T_-]?\d{4}(?:\d\d)?Z?)?(?![A-Za-z0-9])"
)
_NAMED_COMPACT = re.compile(r"(?<![A-Za-z0-9])(\d{1,2})([A-Za-z]{3,9})(\d{4})(?![A-Za-z0-9])")
_FOLDERS = re.compile(r"(?<![^/])(\d{4})(?:[/-](\d{1,2})[/-](\d{1,2})|(\d\d)(\d\d))(?=/)")
_DAY_OF_MONTH = re.compile(r"(?<![^/])(\d{4})[/-](\d\d)/(\d\d)(?![0-9])[^/]*\Z")


def date_in_path(source: str) -> dt.date | None:
    """Return the date in the name of a file, or else in those of its folders; None if they give none.

    A name with two dates gives none, nor does one that could be read in two ways, such as ``03-04-2023``. Folders
    count if their names are nothing but the date. The path may be an address.
    """
    path = _QUERY.sub("", _ADDRESS.sub("", source)) if _ADDRESS.match(source) else source
    folders, _, name = path.replace("\\", "/").rpartition("/")
    stem = _SUFFIXES.sub("", name) or name
    dates = _dates_in_name(stem)
    if dates:
        return dates.pop() if len(dates) == 1 else None
    return _date_of_folders(f"{folders}/", stem)


def _dates_in_name(stem: str) -> set[dt.date]:
    """Return the dates in a file's name that can be read in one way only."""
    numbers = [(match[1], match[3], match[4]) for match in _SEPARATED.finditer(stem)]
    numbers += [(match[1], match[2], match[3]) for match in _COMPACT.finditer(stem)]
    dates = [make_date(*number) for number in numbers]
    dates += [written.date for match in _YEAR_LAST.finditer(stem) for written in find_dates(_with_slashes(match))]
    words = _GAPS.sub(" ", _NAMED_COMPACT.sub(r"\1 \2 \3", stem))
    dates += [written.date for written in find_dates(words)]
    return {date for date in dates if date}


def _with_slashes(match: re.Match[str]) -> str:
    return f"{match[1]}/{match[3]}/{match[4]}"


def _date_of_folders(folders: str, stem: str) -> dt.date | None:
    """Return the date of the innermost folders: ``2024-01-15/``, ``2024/01/15/`` or ``2024/01/15-ferry``."""
    if match := _DAY_OF_MONTH.search(folders + stem):
        return make_date(*match.groups())
    matches = list(_FOLDERS.finditer(folders))
    if not matches:
        return None
    year, month, day, *compact = matches[-1].groups()
    return make_date(year, month, day) if month else make_date(year, *compact)
