"""Parse JSON as programs and people write it: with comments, several documents in one file, inside of a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

__all__ = ["parse_json"]

_STRING = r'"(?:[^"\\]|\\.)*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_LAST_COMMA = re.compile(rf"({_STRING})|,(?=\s*[\]}}])", re.DOTALL)
_BETWEEN = re.compile(r"[\s,;\x1e]*")
"""What stands between documents: a line feed, or a record separator as in RFC 7464."""
_SCRIPT = re.compile(r"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$]{0,200}\s*(?:=|(\())\s*(?=[\[{])")
_DECODER = json.JSONDecoder()


def parse_json(text: str) -> object:
    """Return the value of a JSON document, or the list of the values of several that follow each other.

    Comments, commas before a closing bracket, and the assignment or the call around the value in a script are
    skipped.

    :raises ValueError: if the text is not JSON even then; the error is that of the text as it is.
    :raises RecursionError: if the values are nested too deeply.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        strict = error
    for variant in (text, _plain(text)):
        try:
            values = list(_values(variant))
        except ValueError:
            continue
        if values:
            return values[0] if len(values) == 1 else values
    raise strict


def _values(text: str) -> Iterator[object]:
    """Yield the objects and lists that follow each other.

    :raises ValueError: if anything else does.
    """
    position = 0
    while (position := _end_of(text, position)) < len(text):
        if text[position] not in "[{":
            raise ValueError("neither an object nor a list")
        value, position = _DECODER.raw_decode(text, position)
        yield value


def _end_of(text: str, position: int) -> int:
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def _plain(text: str) -> str:
    """Return the text without comments, last commas and what a script has around the value."""
    text = _LAST_COMMA.sub(_kept, _COMMENT.sub(_kept, text))
    script = _SCRIPT.match(text)
    if not script:
        return text
    value = text[script.end() :].rstrip(" \t\r\n;")
    return value.removesuffix(")") if script[1] else value


def _kept(match: re.Match[str]) -> str:
    return match[1] or ""
