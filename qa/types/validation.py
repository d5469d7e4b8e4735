"""Checks of the values that users give, and their conversion."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import reprlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from numbers import Integral
from typing import Any

from qa.errors import ArticleError, QuotewellError, SettingsError

__all__ = ["as_date", "as_day", "as_tuple", "check_choice", "check_count", "check_language", "check_string"]

MAX_COUNT = 1_000_000

_MONTH_OR_YEAR = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_LANGUAGE = re.compile("[a-z]{2,3}(-[a-z0-9]{2,8})*")


def check_string(name: str, value: object) -> None:
    """Check that a value is a string that can be stored and read back.

    :raises ArticleError: if it is not a string, or has a NUL character or a lone surrogate.
    """
    if not isinstance(value, str):
        raise ArticleError(f"{name} must be a string, not {reprlib.repr(value)}")
    if "\0" in value:
        raise ArticleError(f"{name} contains a NUL character at {value.index(chr(0))}: remove it")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"{name} contains a lone surrogate, which is not valid Unicode, at {error.start}: remove it"
        ) from None


def check_language(value: object) -> str:
    """Return a language code in lower case, such as "de" or "pt-br"; an empty one stays empty.

    :raises ArticleError: if it is not such a code.
    """
    code = value.strip().lower() if isinstance(value, str) else ""
    if isinstance(value, str) and (not code or _LANGUAGE.fullmatch(code)):
        return code
    raise ArticleError(f"a language is given by its code, such as de or en, not by {reprlib.repr(value)}")


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Check that a value is one of the choices.

    :raises SettingsError: if it is not.
    """
    if value not in choices:
        raise SettingsError(f"{name} must be one of {', '.join(choices)}, not {reprlib.repr(value)}")


def check_count(name: str, value: object) -> None:
    """Check that a value is a whole number between 1 and a million.

    :raises SettingsError: if it is not.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or not 1 <= int(value) <= MAX_COUNT:
        raise SettingsError(
            f"{name} must be a whole number between 1 and {MAX_COUNT:,}, not {reprlib.repr(value)}"
        )


def as_tuple(name: str, values: object, kind: type, error: type[QuotewellError]) -> tuple[Any, ...]:
    """Return the values of an iterable as a tuple. One string is refused: nobody wants its characters.

    :raises QuotewellError: of the given type, if there is a value of another kind.
    """
    items = tuple(values) if isinstance(values, Iterable) and not isinstance(values, str) else None
    if items is None or not all(isinstance(item, kind) for item in items):
        advice = f"; write [{reprlib.repr(values)}] for one" if isinstance(values, str) and kind is str else ""
        raise error(f"{name} must be a list of {kind.__name__}, not {reprlib.repr(values)}{advice}")
    return items


def as_date(name: str, value: object, error: type[QuotewellError]) -> dt.date | None:
    """Return the date of a date, a datetime or an ISO string.

    :raises QuotewellError: of the given type, if the value is something else.
    """
    if isinstance(value, str):
        with suppress(ValueError):
            return dt.datetime.fromisoformat(value).date()
    elif isinstance(value, dt.datetime):
        return value.date()
    elif value is None or isinstance(value, dt.date):
        return value
    raise error(f"{name} must be a date, or a string such as 2024-05-01, not {reprlib.repr(value)}")


def as_day(name: str, value: object, error: type[QuotewellError], *, last: bool = False) -> dt.date | None:
    """Return the date of what :func:`as_date` takes, or the first or last day of a month or a year in ISO form.

    :raises QuotewellError: of the given type, if the value is something else.
    """
    if isinstance(value, str) and (match := _MONTH_OR_YEAR.fullmatch(value)):
        with suppress(ValueError):
            year, month = int(match[1]), int(match[2] or (12 if last else 1))
            return dt.date(year, month, calendar.monthrange(year, month)[1] if last else 1)
    return as_date(name, value, error)
