"""Variants of an article: copies as papers make them, and follow-ups, which are none."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

__all__ = ["KINDS", "make_all"]

AMERICAN = {
    "centre": "center", "metres": "meters", "per cent": "percent", "labour": "labor", "organis": "organiz",
    "defence": "defense", "programme": "program", "neighbour": "neighbor", "colour": "color", "towards": "toward",
    "travell": "travel", "harbour": "harbor", "licence": "license", "favour": "favor", "apologis": "apologiz",
    "recognis": "recogniz", "cancell": "cancel", "tonnes": "metric tons", "theatre": "theater",
}  # fmt: skip
DAY = re.compile(r"\bon (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
DIGITS = re.compile(r"\d+(?=\D)")
WORD = re.compile(r"\b[a-z]{4,}\b")

Make = Callable[[list[str], list[str], random.Random], list[str]]
"""A function of the paragraphs of an article and of another one that returns those of the variant."""


def _verbatim(own: list[str], _: list[str], __: random.Random) -> list[str]:
    return [paragraph.replace('"', "”").replace("'", "’").replace(" - ", " — ") for paragraph in own]


def _in_one_line(own: list[str], _: list[str], __: random.Random) -> list[str]:
    return [" ".join(own)]


def _cut_by(share: float) -> Make:
    def cut(own: list[str], _: list[str], __: random.Random) -> list[str]:
        return own[: max(1, round(len(own) * (1 - share)))]

    return cut


def _local_lead(own: list[str], other: list[str], _: random.Random) -> list[str]:
    return [other[0], *own]


def _local_lead_and_cut(own: list[str], other: list[str], _: random.Random) -> list[str]:
    return [other[0], *own[: max(2, round(len(own) * 0.6))]]


def _edited(own: list[str], _: list[str], chance: random.Random) -> list[str]:
    """Leave out or replace one word in twenty, and give the day as "yesterday"."""
    text = DAY.sub("yesterday", "\n\n".join(own))
    return WORD.sub(lambda word: _reworded(word[0], chance), text).split("\n\n")


def _reworded(word: str, chance: random.Random) -> str:
    return word if chance.random() > 0.05 else chance.choice(["", "rather", "indeed"])


def _american(own: list[str], _: list[str], __: random.Random) -> list[str]:
    text = "\n\n".join(own)
    for british, american in AMERICAN.items():
        text = text.replace(british, american)
    return text.split("\n\n")


def _american_edited_and_cut(own: list[str], other: list[str], chance: random.Random) -> list[str]:
    return _cut_by(0.3)(_edited(_american(own, other, chance), other, chance), other, chance)


def _updated(own: list[str], _: list[str], chance: random.Random) -> list[str]:
    """Change the first number, as where a toll has risen."""
    text = "\n\n".join(own)
    return DIGITS.sub(lambda number: str(int(number[0]) + chance.randrange(2, 30)), text, count=1).split("\n\n")


def _follow_up(own: list[str], other: list[str], _: random.Random) -> list[str]:
    """Begin anew, and repeat the second half of what is known."""
    return [*other[: len(own) // 2], *own[len(own) // 2 :]]


def _follow_up_with_most(own: list[str], other: list[str], _: random.Random) -> list[str]:
    """Write a new beginning in place of the old one, and repeat the rest."""
    return [other[0], *own[1:]]


def _digest(own: list[str], other: list[str], _: random.Random) -> list[str]:
    """Begin with another story, and tell this one in a paragraph."""
    return [*other, own[0], *other]


KINDS: tuple[tuple[str, bool, Make], ...] = (
    ("verbatim, with other typography", True, _verbatim),
    ("without paragraphs", True, _in_one_line),
    ("cut by a third", True, _cut_by(1 / 3)),
    ("cut by half", True, _cut_by(1 / 2)),
    ("cut by two thirds", True, _cut_by(2 / 3)),
    ("a paragraph of its own before it", True, _local_lead),
    ("the same, and cut by 40%", True, _local_lead_and_cut),
    ("one word in twenty edited", True, _edited),
    ("American spelling", True, _american),
    ("American, edited and cut by 30%", True, _american_edited_and_cut),
    ("no copy: a number is another", False, _updated),
    ("no copy: a follow-up with the second half", False, _follow_up),
    ("no copy: a follow-up with a new beginning", False, _follow_up_with_most),
    ("no copy: a paragraph of a digest", False, _digest),
)
"""The kinds of variants: what they are, whether they are copies, and how they are made."""


def make_all(texts: Sequence[str], seed: int = 0) -> dict[str, list[str]]:
    """Return a variant of each text, by kind; what is foreign in it comes from the next but six."""
    chance = random.Random(seed)
    paragraphs = [text.split("\n\n") for text in texts]
    others = paragraphs[7:] + paragraphs[:7]
    return {
        kind: ["\n\n".join(make(own, other, chance)) for own, other in zip(paragraphs, others, strict=True)]
        for kind, _, make in KINDS
    }
