from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from qa.answering.time.neighbours import read_neighbours
from qa.types import Passage, Reading, RetrievedPassage, Span

QUESTION = "Who is the manager of Tarrowby Albion?"
LEAVES = "Tarrowby Albion parted company with the manager, Kenny Loftus."
COMES = "Hanne Sorby takes over at Tarrowby Albion."
ELSEWHERE = "The dam is full, the engineers say."
DATES = {"a0": dt.date(2024, 10, 21), "a1": dt.date(2026, 3, 26)}


def passages(*texts: str) -> list[RetrievedPassage]:
    return [
        RetrievedPassage(Passage(f"a{number}", 0, len(text)), number, text, "", 0.5, 0.5, 0.5, 0.5)
        for number, text in enumerate(texts)
    ]


def read(some: Sequence[RetrievedPassage]) -> list[Reading]:
    return [Reading((Span(0, 5, 5.0),), 0.0) for _ in some]


def were_read(texts: Sequence[str], dates: dict[str, dt.date]) -> list[bool]:
    found = passages(*texts)
    readings = [*read(found[:1]), *(Reading.unread() for _ in found[1:])]
    return [reading.was_read for reading in read_neighbours(QUESTION, found, readings, read, dates)]


def test_an_article_with_half_of_the_words_is_read_as_well() -> None:
    assert were_read([LEAVES, COMES], DATES) == [True, True]


def test_an_article_on_something_else_is_left_unread() -> None:
    assert were_read([LEAVES, ELSEWHERE], DATES) == [True, False]


def test_without_a_date_nothing_more_is_read() -> None:
    assert were_read([LEAVES, COMES], {}) == [True, False]
