"""Snap spans to whole words without stray punctuation."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern  # type: ignore[import-untyped]

__all__ = ["Snapper"]

_UNIT = r"""
    # ines@example.org  https://example.org/a?b=c  example.org
    (?<![\w.+-]) [\w.+-]+@[\w-]+(?:\.[\w-]+)+
  | (?<!{W}) (?:https?://|www\.) [^\s<>()"“”«»]* [^\s<>()"“”«»'’.,;:!?…]
  | (?<![\w.-]) (?:[\w-]+\.)+ (?:com|edu|eu|gov|info|int|io|mil|net|org|co\.uk) (?!{W}|\.{W})
    # Jean-Luc  Stratford-upon-Avon  Covid-19  F-16
  | (?<!{W}) \p{Lu}{W}* (?:[-‐‑](?:{W}+[-‐‑])?(?:\p{Lu}|{N}){W}*)+
    # Crane, Ltd  Luther King, Jr.
  | (?<!{W}) \p{Lu} (?:{W}|[-‐‑'’&])* ,? [ ] (?:Co|Corp|GmbH|Inc|Jr|LLC|LLP|Ltd|PLC|Plc|plc|Sr) (?!{W}) \.?
    # U.S.  J.K.  a.m.  U.S.A
  | (?<!{W}) (?:\p{L}\.){2,} (?:\p{L}(?!{W}))?
  | (?<!{W}) (?:Bros|Co|Corp|Dr|Inc|Jr|Ltd|Mr|Mrs|Ms|Sr|St|al|etc)\.
    # -$2.53  1,250.5  10:30  40%  '90s
  | (?:(?<![^\s(])[-+−])? \p{Sc}? (?:(?<![^\s(])\.)? {N} {W}* (?:[.,:] {N} {W}*)* [%‰°]?
  | (?<!{W}) ['’] \d\ds (?!{W})
    # don't  O'Brien  H2O, but Ukraine 's: the possessive can be left off
  | {W}+ (?:['’](?!s(?!{W})){W}+)* (?:(?<={N})[%‰°])?
  | (?<={W}) ['’]s (?!{W})
    # a character with its combining marks
  | \X
"""
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_STRAY = frozenset(",;:.…-–—―*•|/&·，。、；：،؛")
_PAIRS = ("()", "[]", "{}", "“”", "«»", '""')
_MARKS = frozenset("".join(_PAIRS) + "'‘’")
_APOSTROPHES = "'‘’"
_POSSESSIVES = ("'s", "’s")


@cache
def _units() -> Pattern[str]:
    """Compile the pattern on first use. Scripts without spaces are cut character by character."""
    import regex

    word = rf"[[\p{{L}}\p{{M}}\p{{N}}_\u200d]--[{_UNSPACED}]]"
    pattern = _UNIT.replace("{W}", word).replace("{N}", r"\p{N}")
    return regex.compile(pattern, regex.VERBOSE | regex.V1)


class Snapper:
    """Moves the edges of spans of one text."""

    def __init__(self, text: str) -> None:
        spans = [match.span() for match in _units().finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._units = [text[start:end] for start, end in spans]

    def snap(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the span with whole words, without stray punctuation at its edges or unmatched brackets.

        :returns: None if nothing is left.
        """
        if self.is_blank(start, end):
            return None
        first, stop = self._strip(*self._within(start, end))
        may_grow = True  # once, or a span could grow and shrink for ever
        while first < stop and (lone := self._unmatched(first, stop)) is not None:
            grown = self._with_partner(first, stop, lone) if may_grow else None
            first, stop = self._strip(*(grown or self._longer_side(first, stop, lone)))
            may_grow = False
        return (self._starts[first], self._ends[stop - 1]) if first < stop else None

    def is_blank(self, start: int, end: int) -> bool:
        """Return whether nothing in the span can be part of an answer."""
        return not any(map(_is_solid, self._units[slice(*self._within(start, end))]))

    def _within(self, start: int, end: int) -> tuple[int, int]:
        return max(bisect_right(self._starts, start) - 1, 0), bisect_left(self._starts, end)

    def _strip(self, first: int, stop: int) -> tuple[int, int]:
        """Leave off stray punctuation, and a quotation mark at one edge only: it may be an apostrophe."""
        units = self._units
        while first < stop and (_is_stray(units[first]) or units[first] in _POSSESSIVES):
            first += 1
        while first < stop and _is_stray(units[stop - 1]):
            stop -= 1
        opens, closes = (first < stop and units[edge] in _APOSTROPHES for edge in (first, stop - 1))
        if opens and (first + 1 == stop or not closes):
            return self._strip(first + 1, stop)
        return self._strip(first, stop - 1) if closes and not opens else (first, stop)

    def _unmatched(self, first: int, stop: int) -> int | None:
        """Return the first unmatched bracket or quotation mark in the span."""
        units = self._units[first:stop]
        for opening, closing in map(tuple, _PAIRS):
            opened: list[int] = []
            for number, unit in enumerate(units, first):
                if unit == closing and opened:
                    opened.pop()
                elif unit == opening:
                    opened.append(number)
                elif unit == closing:
                    return number
            if opened:
                return opened[0]
        return None

    def _with_partner(self, first: int, stop: int, lone: int) -> tuple[int, int] | None:
        """Include the partner of the unmatched unit if it is next to the span."""
        partners = [pair.replace(self._units[lone], "", 1) for pair in _PAIRS if self._units[lone] in pair]
        if first < lone and stop < len(self._units) and self._units[stop] in partners:
            return first, stop + 1
        if lone < stop - 1 and first and self._units[first - 1] in partners:
            return first - 1, stop
        return None

    def _longer_side(self, first: int, stop: int, lone: int) -> tuple[int, int]:
        """Leave out the unmatched unit and the shorter side of it."""
        sides = (first, lone), (lone + 1, stop)
        return max(sides, key=lambda side: sum(map(_is_solid, self._units[slice(*side)])))


def _is_solid(unit: str) -> bool:
    return not (_is_stray(unit) or unit in _POSSESSIVES or unit in _MARKS)


def _is_stray(unit: str) -> bool:
    return unit in _STRAY or unit.isspace() or not unit[0].isprintable()
