from __future__ import annotations

import pytest

from qa.english.explanations import asks_for_explanation


@pytest.mark.parametrize(
    "question",
    [
        "What is the role of the privy council?",
        "what's the difference between a word and a morpheme",
        "Meaning of the breaking of the glass",
        "In physics, what does inertia mean?",
        "What is meant by sanctification?",
        "What did the committee do during the revolution?",
        "Where does the term making out come from?",
        "Define osmosis",
    ],
)
def test_a_meaning_a_role_or_a_difference_needs_an_explanation(question: str) -> None:
    assert asks_for_explanation(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who plays the role of Link?",
        "What was the act meant to allow them to do?",
        "What word means polytechnic school in Finnish?",
        "Where does the wheat come from?",
        "What is the name of the role that he played?",
    ],
)
def test_other_questions_need_none(question: str) -> None:
    assert not asks_for_explanation(question)
