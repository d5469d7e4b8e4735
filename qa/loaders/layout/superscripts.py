"""Raised digits and marks: references to footnotes, and exponents."""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["RAISED", "is_mark", "mark_raised", "note_label", "resolve_raised"]

RAISED = "\ue000"
"""What raised text begins with, until it is resolved. It is for private use; the text itself has none left."""
_END = "\ue001"

_RAISED = re.compile(f"{RAISED}([^{_END}]*){_END}")
_MARKS = re.compile(r"[\d*†‡§¶+−,-]{1,5}|[a-z]{1,2}")
_NOTE = re.compile(rf"\s*(?:{RAISED}([^{_END}]+){_END}\s*|(\d{{1,3}}|[*†‡§¶]{{1,3}})[.)]?\s+|([*†‡§¶]{{1,3}}))\S")
_EXPONENTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_UNIT = re.compile(r"(?:\A|[^\w])(?:[kcdm]?m|s|[A-Za-z])\Z")
_YEAR = re.compile(r"(?:\A|\D)(?:1[5-9]|20)\d\d\Z")
_ORDINALS = frozenset(("st", "nd", "rd", "th"))


def is_mark(text: str) -> bool:
    """Return whether raised text can be a reference, an exponent or the ending of an ordinal."""
    return bool(_MARKS.fullmatch(text))


def mark_raised(text: str) -> str:
    """Return raised text between marks, until it is known what it refers to."""
    return f"{RAISED}{text}{_END}"


def note_label(line: str) -> str:
    """Return the number or the mark that a footnote begins with, empty if the line begins with none."""
    match = _NOTE.match(line)
    return next(filter(None, match.groups()), "") if match else ""


def resolve_raised(text: str, notes: Collection[str]) -> str:
    """Leave out the references to footnotes, and write exponents as such: m², 10⁶.

    :param notes: the labels of the page's footnotes.
    """
    if RAISED not in text:
        return text
    return _RAISED.sub(lambda match: _resolved(match[1], text[: match.start()], notes), text).strip()


def _resolved(mark: str, before: str, notes: Collection[str]) -> str:
    if not before.strip():
        return mark  # the label of a footnote
    if mark in _ORDINALS and before[-1].isdigit():
        return mark
    if mark in notes and not _UNIT.search(before):
        return ""
    is_exponent = mark.strip("+-−").isdigit() and (
        (before[-1].isdigit() and not _YEAR.search(before)) or _UNIT.search(before)
    )
    return mark.translate(_EXPONENTS) if is_exponent else ""
