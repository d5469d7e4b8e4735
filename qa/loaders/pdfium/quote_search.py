"""Find a quote in the characters of a page as PDFium gives them.

The loader has joined lines and hyphenated words, moved columns and footnotes, and resolved the marks of notes. So
only letters and digits are compared, without regard to case and accents.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from qa.loaders.pdfium.page_picture import QuoteOnPage

__all__ = ["find_quote", "letters_of"]

MAX_MATCHES = 200
"""The most places of a quote on one page that are compared."""
LEAST_LIKENESS = 0.6
"""Of a quote with its surroundings, where the page has the quote more than once."""
SHORTEST_INEXACT = 20
"""The letters that a quote needs to be found with differences."""
LEAST_SCORE = 85.0
"""The likeness in percent that it needs then."""


def find_quote(text: str, quote: QuoteOnPage) -> range | list[int]:
    """Return the indices of the quote's characters in the text of its page; none if it is not there."""
    letters, places = letters_of(text)
    wanted = letters_of(quote.text)[0]
    start, end = _best_match(text, letters, places, quote) if wanted else (0, 0)
    return places[start:end]


def _best_match(text: str, letters: str, places: list[int], quote: QuoteOnPage) -> tuple[int, int]:
    """Return where the quote begins and ends in the letters of the page."""
    wanted, before, after = (letters_of(part)[0] for part in (quote.text, quote.prefix, quote.suffix))
    matches = list(islice(_matches(letters, wanted), MAX_MATCHES))
    matches = [start for start in matches if _is_whole(text, places, start, start + len(wanted))] or matches
    if not matches:
        return _inexact_match(letters, wanted)
    if len(matches) == 1:
        return matches[0], matches[0] + len(wanted)
    from rapidfuzz.distance import Indel

    def likeness(start: int) -> float:
        around = letters[max(0, start - len(before)) : start + len(wanted) + len(after)]
        return Indel.normalized_similarity(before + wanted + after, around)

    best = max(matches, key=likeness)
    return (best, best + len(wanted)) if likeness(best) >= LEAST_LIKENESS else (0, 0)


def _matches(letters: str, wanted: str) -> Iterator[int]:
    start = letters.find(wanted)
    while start >= 0:
        yield start
        start = letters.find(wanted, start + 1)


def _is_whole(text: str, places: list[int], start: int, end: int) -> bool:
    """Return whether no letter or digit stands directly before or after a part of the text."""
    first, last = places[start], places[end - 1]
    return not (text[max(0, first - 1) : first].isalnum() or text[last + 1 : last + 2].isalnum())


def _inexact_match(letters: str, wanted: str) -> tuple[int, int]:
    """Return where the part begins and ends that is most like a long quote."""
    from rapidfuzz import fuzz

    if not SHORTEST_INEXACT <= len(wanted) <= len(letters):
        return 0, 0
    found = fuzz.partial_ratio_alignment(wanted, letters, score_cutoff=LEAST_SCORE)
    return (found.dest_start, found.dest_end) if found else (0, 0)


def letters_of(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text, and the index of the character that each comes from."""
    letters, places = [], []
    for place, character in enumerate(text):
        for letter in _folded(character):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", character).casefold()))
