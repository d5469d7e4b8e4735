"""Whether two texts are copies of each other: the comparison of the words themselves.

A copy may be shortened, have a paragraph of its own before it, or be edited lightly. What is no copy is an
independent report, which has its own words, and a follow-up, which begins anew or tells other numbers.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product

from qa.stories.shingling import Wording, is_number

__all__ = ["is_copy"]

SHARED = 0.6
"""The share of the shorter text that the longer one has, too."""
MOSTLY_SHARED = 0.9
"""The share at which a text is a copy whatever its beginning: a paper may write that anew."""
LENGTH = 1 / 3
"""The shorter text's share of the longer, unless it keeps the beginning of that: a digest has many stories."""
FEWEST_SHARED = 20
"""Words that two texts share at least, unless they are the same: a phrase is no copy."""
LEAD = 30
"""Words of the beginning that the other text repeats, at least in half."""
AROUND = 2
"""Words around a number that say what it counts, of which at least one follows it."""
NEAR = 6
"""Words on each side of a number that are half the same where two texts speak of the same."""
NUMBER = "#"


def is_copy(one: Wording, other: Wording) -> bool:
    """Return whether one text is a copy of the other, or both are copies of a third one."""
    if one.words == other.words:
        return bool(one.words)
    short, long = sorted((one, other), key=lambda wording: len(wording.words))
    shared = short.shared_with(long)
    if shared < max(FEWEST_SHARED, SHARED * len(short.words)):
        return False
    is_long_enough = len(short.words) >= LENGTH * len(long.words)
    keeps_much = _has_lead(long, of=short) or shared >= MOSTLY_SHARED * len(short.words)
    return (_has_lead(short, of=long) or (is_long_enough and keeps_much)) and not _numbers_differ(one, other)


def _has_lead(wording: Wording, of: Wording) -> bool:
    lead = of.first(min(LEAD, len(wording.words)))
    return 2 * lead.shared_with(wording) >= len(lead.words)


def _numbers_differ(one: Wording, other: Wording) -> bool:
    """Whether the texts tell different numbers of the same: "12 people died" and "41 people died"."""
    here, there = _numbers_in_context(one), _numbers_in_context(other)
    for context in here.keys() & there.keys():
        ours, theirs = here[context], there[context]
        pairs = product(ours.keys() - theirs.keys(), theirs.keys() - ours.keys())
        if any(_are_alike(ours[number], theirs[another]) for number, another in pairs):
            return True
    return False


def _are_alike(one: set[str], other: set[str]) -> bool:
    return 2 * len(one & other) >= min(len(one), len(other))


def _numbers_in_context(wording: Wording) -> dict[tuple[str, ...], dict[str, set[str]]]:
    """Return the numbers of a text by the words around them, each with the words near it.

    Without the word that follows, "60 metres" and "200 feet" would differ.
    """
    padding = [""] * AROUND
    words = [*padding, *wording.words, *padding]
    masked = [NUMBER if word and is_number(word) else word for word in words]
    numbers: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(dict)
    for place in (place for place, word in enumerate(masked) if word == NUMBER):
        near = set(masked[max(0, place - NEAR) : place + NEAR + 1]) - {NUMBER, ""}
        for start in range(place - AROUND + 1, place + 1):
            context = (str(place - start), *masked[start : start + AROUND + 1])
            if context.count(NUMBER) < AROUND:
                numbers[context].setdefault(words[place], set()).update(near)
    return numbers
