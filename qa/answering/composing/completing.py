"""Reasons and manners as whole clauses or sentences that make sense alone."""

from __future__ import annotations

import re

from qa.english.sentences import Offsets, sentence_at
from qa.types import Extent

__all__ = ["whole_reason"]

LONGEST_CLAUSE = 320
"""Characters of the longest clause that replaces a span."""

# What introduces a reason or a manner. The clause begins with it.
CONNECTIVE = re.compile(
    r"\b(?:because|so\s+that|in\s+order\s+(?:to|that)|due\s+to|owing\s+to|thanks\s+to|on\s+account\s+of|given\s+that)\b"
    r"|(?<=,\s)(?:as|since|for|after|by|so\s+as|in\s+that)\b"
    r"|(?<=[;:]\s)",
    re.IGNORECASE,
)
# Who says so: ", Judge Rosalind Keel said on Tuesday."
ATTRIBUTION = re.compile(
    r",\s+(?:(?:he|she|they|it|[^,;]{2,60}?)\s+(?:said|says|told|added|announced|explained|found|wrote|reported|stated|argued)"
    r"|(?:said|says|according\s+to)\s)[^;]*$"
)


def whole_reason(text: str, start: int, end: int) -> tuple[Offsets, Extent]:
    """Return the clause or sentence of a passage that holds a reason, and which of them it is.

    A clause begins with the word that introduces it, such as "because", and ends with its sentence or before the
    words that say who said it.
    """
    first, last = sentence_at(text, start, end)
    sentence = text[first:last]
    stop = _end(sentence, end - first)
    begin = next((m.start() for m in CONNECTIVE.finditer(sentence) if m.start() <= start - first), None)
    if begin is None or stop - begin > LONGEST_CLAUSE:
        return (first, last), "sentence"
    return (first + begin, first + stop), "clause"


def _end(sentence: str, end: int) -> int:
    """Return where the clause ends: before an attribution and the full stop."""
    attribution = ATTRIBUTION.search(sentence, end)
    stop = attribution.start() if attribution else len(sentence)
    while stop > end and sentence[stop - 1] in " .;,":
        stop -= 1
    return stop
