"""Show the numbers of spreadsheets and charts as their format codes say (ISO/IEC 29500-1, section 18.8.30)."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["is_date_code", "shown_date", "shown_number"]

_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*\Z)')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
_NUMBER = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?,*(?:E[+-]?[#0?]+)?|\.[#0?]+", re.IGNORECASE)
_DATE = re.compile(r"[dyhs]|m(?!\w*n)", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_MONTHS = "January February March April May June July August September October November December".split()
_EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
_LAST_SERIAL = 2_958_465  # 31 December 9999
MAX_DECIMALS = 15
MAX_CODE = 255


def shown_number(text: str, code: str, *, is_1904: bool = False) -> str:
    """Return a number as a spreadsheet shows it, or the text itself if it is no number.

    :param code: the format code, such as ``0.0%``.
    :param is_1904: whether days are counted from 1904 rather than 1900.
    """
    try:
        number = float(text)
    except ValueError:
        return text
    if not abs(number) < 1e300:
        return text
    code = code[:MAX_CODE]
    if is_date_code(code):
        return shown_date(number, code, is_1904=is_1904) or _general(number)
    sections = _SECTION.split(code)
    section = sections[0]
    if number < 0 and len(sections) > 1:
        section, number = sections[1], -number
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    return _formatted(number, section) or _general(number)


def is_date_code(code: str) -> bool:
    """Return whether a format code is one of dates or times."""
    if _ELAPSED.search(code):
        return True
    plain = _LITERAL.sub("", _SECTION.split(code)[0])
    return (
        "general" not in plain.lower() and bool(_DATE.search(plain)) and not re.search("[#0?]", _no_seconds(plain))
    )


def shown_date(serial: float, code: str, *, is_1904: bool = False) -> str:
    """Return the date, the time or both of a day's number; months by name if the code names them, else as ISO.

    What a code such as ``mm-dd-yy`` shows depends on the reader's country, so these dates are written as ISO 8601.
    """
    if not 0 <= serial <= _LAST_SERIAL:
        return ""
    if _ELAPSED.search(code):
        return _elapsed(serial)
    moment = _EPOCHS[is_1904] + dt.timedelta(seconds=round(serial * 86_400))
    plain = _LITERAL.sub("", _SECTION.split(code)[0]).lower()
    has_time = "h" in plain or "s" in plain
    has_date = bool(re.search("[dy]|mmm", plain)) or not has_time
    parts = [_date(moment, plain)] if has_date else []
    if has_time:
        parts.append(f"{moment:%H:%M:%S}" if "s" in plain else f"{moment:%H:%M}")
    return " ".join(parts)


def _date(moment: dt.datetime, code: str) -> str:
    if "mmm" not in code:
        if "d" in code or "y" not in code:
            return moment.date().isoformat()
        return f"{moment.year:04}-{moment.month:02}" if "m" in code else f"{moment.year:04}"
    day = f"{moment.day} " if re.search("(?<!d)d{1,2}(?!d)", code) else ""
    year = f" {moment.year:04}" if "y" in code else ""
    return f"{day}{_MONTHS[moment.month - 1]}{year}"


def _elapsed(serial: float) -> str:
    seconds = round(serial * 86_400)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _no_seconds(code: str) -> str:
    return re.sub(r"(?i)s\.0+", "s", code)


def _formatted(number: float, section: str) -> str:
    """Return the number in one section of a code; empty if it shows none."""
    plain = _LITERAL.sub("", section)
    match = _NUMBER.search(plain)
    if not match or "/" in plain or "general" in plain.lower():
        return _with_literals(_general(number), section) if "general" in plain.lower() else ""
    pattern = match[0]
    number *= 100 ** plain.count("%")
    whole = pattern.partition(".")[0].rstrip(",")
    number /= 1000 ** (len(pattern) - len(pattern.rstrip(",")))
    pattern = pattern.rstrip(",")
    decimals = min(len(re.sub("[^#0?]", "", re.sub("(?i)e.*", "", pattern.partition(".")[2]))), MAX_DECIMALS)
    if "e" in pattern.lower():
        return _with_literals(f"{number:.{decimals}E}", section)
    shown = f"{number:{',' if ',' in whole else ''}.{decimals}f}"
    optional = len(pattern) - len(pattern.rstrip("#?")) if decimals else 0
    for _ in range(optional):
        shown = shown.removesuffix("0")
    if float(shown.replace(",", "") or 0) == 0:
        shown = shown.removeprefix("-")
    return _with_literals(shown.removesuffix("."), section)


def _with_literals(shown: str, section: str) -> str:
    """Put the signs around a number, such as a currency or a per cent sign, where the code has them."""
    text = _LITERAL.sub(lambda match: "".join(part or "" for part in match.groups()).replace("%", "\0"), section)
    match = _NUMBER.search(text) or re.search("(?i)general", text)
    if match is None:
        return shown
    before, after = text[: match.start()], text[match.end() :]
    sign, shown = ("-", shown[1:]) if shown.startswith("-") else ("", shown)
    return f"{sign}{before}{shown}{after}".replace("\0", "%").strip()


def _general(number: float) -> str:
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.10g}"
