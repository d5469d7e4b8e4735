"""Parse titles, dates and tags leniently, in the forms that documents use."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from qa.loaders.dates import is_whole_dateline
from qa.loaders.dates.calendar_dates import YEARS, Order, find_dates, make_date

__all__ = ["DATE_FIELDS", "fallback_title", "one_line", "parse_date", "parse_tags", "title_from_text"]

DATE_FIELDS = (
    "date published published_at publishedat publishdate pubdate pub_date date_published created"
).split()
"""The names of fields that hold the date of an article, the likeliest first."""

_TITLE_LENGTH = 75
_TITLE_LINE = 100
_UNWRAPPED_LINE = 120

_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_NUMERIC_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d+Z?)?\Z")

_FIRST_LINE = re.compile(r"\s*([^\n]+)\n([^\n]*)")
_SENTENCE = re.compile(r"(?:.{20,}?|.+(?=[.!?…]\Z))[.!?…](?=[\"'”’)]*(?:\s+[\"'“‘(]?[A-Z0-9]|\s*\Z))|.+?[。！？]")
_BYLINE = re.compile(r"(?:by|By|BY) [A-Z][\w.'’-]*(?:,? (?:and|of|de|van|von|[A-Z&][\w.'’-]*)){0,8}")
_RULE = re.compile(r"([=\-–—*_~#])\1{2,}")
_HASH = re.compile(r"(?=[a-f]*\d)[\da-f]{8,}|(?=\D*\d)(?=[\d]*[a-z])[\da-z]{16,}", re.IGNORECASE)


def one_line(text: str) -> str:
    """Return the text with each run of whitespace replaced by one space, and none at either end."""
    return " ".join(text.split())


def parse_date(value: object, order: Order | None = None) -> dt.date | None:
    """Return the calendar date of an ISO, PDF, RFC 2822 or written date, or None.

    Dates without a day, years outside 1000 to 2199, and ambiguous dates such as 01/02/2023 give None: no date is
    better than a wrong one.

    :param order: how ambiguous dates are read after all.
    """
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value if value.year in YEARS else None
    text = one_line(value)[:64] if isinstance(value, str) else ""
    for pattern in (_PDF_DATE, _NUMERIC_DATE, _COMPACT_DATE):
        if match := pattern.match(text):
            return make_date(*match.groups())
    return next((written.date for written in find_dates(text, order) if written.start == 0), None)


def parse_tags(value: object) -> tuple[str, ...]:
    """Return the distinct tags of a list, or of a string separated by commas or semicolons."""
    if isinstance(value, str):
        value = re.split(r"[,;]", value)
    elif not isinstance(value, Iterable):
        return ()
    return tuple(dict.fromkeys(tag for item in value if (tag := one_line(str(item)))))


def title_from_text(text: str) -> str:
    """Return the first line if it looks like a title, else the first sentence, shortened at a word boundary.

    A date above the title is no part of it, nor is a date, an author or a rule below it.
    """
    start = _below_date(text[:2000].lstrip())
    if (match := _FIRST_LINE.match(start)) and _is_title(match[1].strip(), match[2].strip()):
        return one_line(match[1])
    opening = one_line(start)
    sentence = _SENTENCE.match(opening)
    return _shorten(sentence[0].removesuffix(".") if sentence else opening)


def _below_date(text: str) -> str:
    """Return a text without a first line that is only a date."""
    line, _, rest = text.partition("\n")
    dates = (date for date in find_dates(line) if not line[: date.start].strip())
    is_date = any(not line[date.end :].strip(" .,;:|–—-\r") for date in dates)
    return rest.lstrip() if is_date and rest.strip() else text


def _is_title(line: str, following: str) -> bool:
    stands_alone = not following or len(following) > _UNWRAPPED_LINE or _is_below_title(following)
    has_letter = any(character.isalpha() for character in line)
    return stands_alone and has_letter and len(line) <= _TITLE_LINE and line[-1] not in ".,;:…"


def _is_below_title(line: str) -> bool:
    return is_whole_dateline(line) or bool(_BYLINE.fullmatch(line) or _RULE.fullmatch(line))


def _shorten(text: str) -> str:
    if len(text) <= _TITLE_LENGTH:
        return text
    cut = text[:_TITLE_LENGTH]
    if text[_TITLE_LENGTH] != " " and " " in cut[_TITLE_LENGTH // 2 :]:
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" ,;:-–—.") + "…"


def fallback_title(stem: str, text: str) -> str:
    """Return the file's name as a title, or the start of the text if the name is a number or a hash."""
    words = one_line(re.sub(r"[_\s]+|(?<=\w)-+(?=\w)", " ", stem))
    has_word = re.search(r"[^\W\d_]{3,}", words)
    if not has_word or any(_HASH.fullmatch(word) for word in words.split()):
        return title_from_text(text)
    return words[0].upper() + words[1:]
