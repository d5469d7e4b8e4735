from __future__ import annotations

import pytest

from qa.follow_ups.parsing import parse
from qa.follow_ups.pronouns import free_pronouns


@pytest.mark.parametrize(
    ("question", "free"),
    [
        ("Whose office did she work in?", ["she"]),
        ("Who taught him the game?", ["him"]),
        ("How much did Velina pay for it?", ["it"]),
        ("How did that happen there?", ["that", "there"]),
        ("What did he do to her?", ["he", "her"]),
        ("Why did Velina change its bell?", []),
        ("Which pupil said that he wanted to become a vet?", []),
        ("How long does it take to charge the Fennec?", []),
        ("How many locks are there on the canal?", []),
        ("Who won this year?", []),
    ],
)
def test_only_pronouns_without_an_antecedent_are_free(question: str, free: list[str]) -> None:
    assert [token.text for token in free_pronouns(parse(question))] == free
