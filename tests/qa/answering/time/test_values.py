from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.time.values import are_comparable, counted_by, numbers_in, same_value, value_of


@pytest.mark.parametrize(
    ("answer", "number", "dimension"),
    [
        ("more than 3,100 people", 3100, ""),
        ("twelve lives", 12, ""),
        ("three hundred and twelve", 312, ""),
        ("two thousand five hundred sheep", 2500, ""),
        ("8.2 million pounds", 8.2e6, "money"),
        ("five and a half per cent", 5.5, "share"),
        ("£3bn", 3e9, "money"),
        ("six weeks", 6, "duration"),
        ("from 780 to 690 million pounds", 690e6, "money"),
        ("four to five and a half per cent", 5.5, "share"),
        ("60 of the 186 jobs", 60, ""),
    ],
)
def test_the_number_of_an_answer(answer: str, number: float, dimension: str) -> None:
    value = value_of(answer, "How many?")
    assert (value.number, value.dimension) == (number, dimension)


@pytest.mark.parametrize(
    ("question", "one", "other", "comparable", "same"),
    [
        ("How many died?", "Four people", "four deaths", True, True),
        ("How many died?", "12", "twelve lives", True, True),
        ("How many died?", "seven", "eleven", True, False),
        ("How much?", "84 million", "84 million pounds", True, True),
        ("How long?", "six weeks", "900,000 pounds", False, False),
        ("How high?", "78 metres", "18 cubic metres", False, False),
        ("When was it closed?", "Thursday", "57, not 58", False, False),
        ("Who is mayor?", "Ines Calloway", "Mayor Ines Calloway", True, True),
        ("Who is mayor?", "Ines Calloway", "Walter Brandreth", True, False),
        ("When does it open?", "1 July", "8 July", True, False),
        ("When does it open?", "1 July", "on 1 July 2025", True, True),
        ("When does it open?", "next year", "September 2027", True, False),
        ("Who?", "Ines Calloway", "212", False, False),
    ],
)
def test_values_are_compared(question: str, one: str, other: str, comparable: bool, same: bool) -> None:
    values = value_of(one, question), value_of(other, question)
    assert (are_comparable(*values), same_value(*values)) == (comparable, same)


@pytest.mark.parametrize(
    ("answer", "after", "counted"),
    [
        ("seven", ", the county said", set()),
        ("seven", " people were known to have died", {"people"}),
        ("Eleven people", " drowned", {"people"}),
        ("60", " of the 186 jobs", {"jobs"}),
        ("38", " matches last season", {"matche"}),
        ("1,100", " after crane drivers joined", set()),
        ("8.2 million pounds", ", 1.7 million more", {"pounds"}),
        ("Ines Calloway", " won", set()),
    ],
)
def test_what_a_number_counts(answer: str, after: str, counted: set[str]) -> None:
    assert counted_by(answer, after) == counted


def test_the_numbers_in_a_text() -> None:
    assert numbers_in("310,000 customers, not forty thousand, in 1.5 million policies") == {310_000, 40_000, 1.5e6}
    assert numbers_in("none") == set()


@given(st.text(), st.text(), st.text())
def test_any_texts_are_compared_the_same_way_round(question: str, one: str, other: str) -> None:
    a, b = value_of(one, question), value_of(other, question)
    assert same_value(a, b) == same_value(b, a)
    assert are_comparable(a, b) == are_comparable(b, a)
