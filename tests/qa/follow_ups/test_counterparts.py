from __future__ import annotations

import pytest

from qa.follow_ups.antecedents import Turn
from qa.follow_ups.counterparts import find_counterpart
from qa.follow_ups.rewriting import rewrite

TUNNELS = "The northern tunnel is open. The southern tunnel is to follow, for the southern tunnel has water."


@pytest.mark.parametrize(
    ("question", "answer", "article", "other"),
    [
        ("How old is Ada?", "30", "Ada and Ben Lind share a furnace.", "Ben Lind"),
        ("How old is Ben Lind?", "30", "Ada and Ben Lind share a furnace.", "Ada"),
        ("How long is the northern tunnel?", "8 km", TUNNELS, "the southern tunnel"),
        ("How long is the northern Brenta tunnel?", "8 km", TUNNELS, "the southern tunnel"),
        ("Who lives on Great Skarn?", "310 people", "Little Skarn has puffins.", "Little Skarn"),
        ("How heavy is the arm of Tessera?", "2 kg", "The arm of Mirabel is heavier.", "the arm of Mirabel"),
        ("What does the Fennec cost?", "599", "The Fennec Plus costs more.", "the Fennec Plus"),
        ("How old is Ada?", "30", "Nobody else is named.", ""),
        ("What does it cost?", "9", TUNNELS, ""),
    ],
)
def test_the_other_of_two(question: str, answer: str, article: str, other: str) -> None:
    found = find_counterpart([Turn(question, answer, article)])

    assert (found.text if found else "") == other


def test_an_earlier_turn_can_name_both() -> None:
    turns = [Turn("Who won?", "Ada Holt and Ben Marsh"), Turn("How old is Ada Holt?", "30")]

    assert rewrite("What about the other one?", turns) == "How old is Ben Marsh?"
    assert rewrite("Where does the other one live?", turns) == "Where does Ben Marsh live?"


def test_without_a_counterpart_nothing_is_made_up() -> None:
    assert "Ben" not in rewrite("What about the other one?", [Turn("How old is Ada Holt?", "30", "Ben is 31.")])
