from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.english.descriptions import alternatives, find_description


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Who keeps goal at the club that Sarl joined?", "Which club Sarl joined?", "Who keeps goal at X?"),
        ("Where is the chain that has 168 stores?", "Which chain has 168 stores?", "Where is X?"),
        ("How old is the player who scored first?", "Who scored first?", "How old is X?"),
    ],
)
def test_what_is_described_can_be_asked_for(question: str, first: str, second: str) -> None:
    description = find_description(question)
    assert description
    assert (description.question, description.replaced(question, "X")) == (first, second)


@pytest.mark.parametrize("question", ["Who won?", "the man who won", "Is it that?", "Who said that it rained?"])
def test_a_question_may_describe_nothing(question: str) -> None:
    assert find_description(question) is None


def test_a_comparison_asks_for_each_of_its_sides() -> None:
    asked = alternatives("Which bid was higher, Fellmark's or the cooperative's?")
    assert asked == ("Which bid was higher, Fellmark's?", "Which bid was higher, the cooperative's?")
    assert alternatives("Which bid was higher?") == ()
    assert alternatives("Is it red or blue?") == ()


@given(st.text(max_size=60))
def test_a_description_is_a_part_of_its_question(question: str) -> None:
    description = find_description(question)
    assert description is None or 0 < description.start < description.end <= len(question)
