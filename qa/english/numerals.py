"""Numbers that are written as words."""

from __future__ import annotations

__all__ = ["NUMERALS"]

_ONES = """
    one two three four five six seven eight nine ten
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

NUMERALS = {word: str(number) for number, word in enumerate(_ONES, 1)} | {
    word: str(10 * number) for number, word in enumerate(_TENS, 2)
}
"""The digits of each number that is one word, below a hundred."""
