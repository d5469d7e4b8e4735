"""The markers of list items: bullets, numbers, letters and Roman numerals."""

from __future__ import annotations

__all__ = ["BULLET", "Numbering", "ordinal"]

BULLET = "• "

_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    )
)
MAX_ROMAN = 3999


class Numbering:
    """The numbers of a list's items.

    :param style: as the attribute ``type`` of ``<ol>``: 1, a, A, i or I.
    :param step: -1 for a list that counts down.
    """

    def __init__(self, style: str = "1", start: int = 1, step: int = 1) -> None:
        self._style = style
        self._next = start
        self._step = step

    def marker(self, value: int | None = None) -> str:
        """Return the marker of the next item, such as "3. " or "iv. ".

        :param value: the item's number, if it is another than the next.
        """
        number = self._next if value is None else value
        self._next = number + self._step
        return f"{ordinal(number, self._style)}. "


def ordinal(number: int, style: str) -> str:
    """Return a number as a list shows it.

    :param style: as the attribute ``type`` of ``<ol>``: 1, a, A, i or I.
    """
    if number > 0 and style.lower() == "a":
        text = _letters(number)
    elif 0 < number <= MAX_ROMAN and style.lower() == "i":
        text = _roman(number)
    else:
        return str(number)
    return text.upper() if style.isupper() else text


def _letters(number: int) -> str:
    """Return a, b ... z, aa, ab ..."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    text = ""
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        text += numeral * count
    return text
