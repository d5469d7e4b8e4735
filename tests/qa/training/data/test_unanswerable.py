from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation import Example
from qa.training.data.antonyms import EXCLUSIVE
from qa.training.data.unanswerable import (
    KINDS,
    alter,
    change_antonym,
    change_name,
    change_number,
    change_tail,
    change_word,
    negate,
)

LUMEN = (
    "Lumen was rebuilt by Anna Berg in 1857. The population of Lumen fell after the fire of 1902, and the largest "
    "mill closed. A bridge in Karst was painted by Emil Holt. Few people in Lumen keep three boats."
)
HARBOUR = (
    "The harbour in Marrow opened late. A ferry to Karst was bought by Clara Stein, and a lighthouse was built."
)


def about_lumen(question: str, answer: str = "Anna Berg") -> Example:
    return Example(question, question, LUMEN, "Lumen", (answer,), (LUMEN.find(answer),))


OTHERS = [
    Example("o1", "What was the cost of the harbour in Marrow?", HARBOUR, "Lumen", ("much",)),
    Example("o2", "Who paid for the captain of the lighthouse?", HARBOUR, "Lumen", ("Clara Stein",)),
    Example("o3", "What is the Zebra of the continent?", "Zebra Mist", "Other", ("Zebra",)),
]
QUESTIONS = [
    about_lumen("Who rebuilt Lumen in 1857?"),
    about_lumen("What did the population of Lumen do after the fire?", "fell"),
    about_lumen("What did Emil Holt paint in Karst?", "A bridge"),
    about_lumen("Which was the largest mill?", "mill"),
    about_lumen("Who keeps three boats?", "Few people"),
]


def every_outcome(kind: Callable[..., str | None], example: Example) -> set[str | None]:
    return {kind(example, OTHERS[:2], random.Random(seed)) for seed in range(40)}


def test_a_name_gives_way_to_another_that_the_question_is_not_about() -> None:
    outcomes = every_outcome(change_name, about_lumen("What did Emil Holt paint yellow?", "A bridge"))
    assert outcomes == {"What did Anna Berg paint yellow?", "What did Clara Stein paint yellow?"}


def test_the_answer_is_no_other_name() -> None:
    outcomes = every_outcome(change_name, about_lumen("Which bridge did Emil Holt paint yellow?"))
    assert outcomes == {"Which bridge did Clara Stein paint yellow?"}


def test_a_possessive_stays() -> None:
    outcomes = every_outcome(change_name, about_lumen("Which bridge was Emil Holt's yellow work?"))
    assert outcomes == {"Which bridge was Clara Stein's yellow work?"}


def test_a_name_is_not_changed_to_one_of_the_same_bearer() -> None:
    text = "The oldest shrine lies at Lourdes, France. People in France and in Lourdes pray there."
    assert change_name(Example("1", "Who prays in Lourdes?", text, "", ("People",)), [], random.Random(0)) is None


def test_a_number_gives_way_to_another_of_its_form() -> None:
    for outcome in every_outcome(change_number, QUESTIONS[0]):
        assert outcome is not None
        year = outcome.removeprefix("Who rebuilt Lumen in ").removesuffix("?")
        assert year != "1857"
        assert 1820 < int(year) < 1910
    outcomes = every_outcome(change_number, QUESTIONS[4])
    assert outcomes <= {f"Who keeps {count} boats?" for count in ("two", "four", "five", "six")}


@pytest.mark.parametrize(
    ("question", "altered"),
    [
        ("Which was the largest mill?", "Which was the smallest mill?"),
        ("Who came to Lumen before the fire?", "Who came to Lumen after the fire?"),
        ("What ended in Lumen?", "What started in Lumen?"),
        ("Which is larger, Lumen or Karst?", None),
        ("How old is the bridge?", None),
        ("Who is Kanye West?", None),
    ],
)
def test_a_word_gives_way_to_its_opposite(question: str, altered: str | None) -> None:
    outcomes = every_outcome(change_antonym, Example("1", question, "Lumen had a mill.", "", ("mill",)))
    assert altered in outcomes
    assert outcomes - {altered} <= {question.replace("ended", word) for word in ("began", "started")}


def test_an_opposite_that_the_context_tells_of_is_not_used() -> None:
    text = "The largest mill is red. The smallest mill is blue."
    assert every_outcome(change_antonym, Example("1", "Which is the largest mill?", text, "", ("red",))) == {None}


@pytest.mark.parametrize(
    ("question", "altered"),
    [
        ("Why did Anna leave?", "Why didn't Anna leave?"),
        ("What can birds eat?", "What can't birds eat?"),
        ("Who rebuilt Lumen?", None),
        ("Who painted Lumen?", "Who never painted Lumen?"),
        ("Why didn't Anna leave?", None),
        ("What is the name of the mill?", None),
        ("When did Anna leave?", None),
    ],
)
def test_a_negation_is_inserted(question: str, altered: str | None) -> None:
    assert every_outcome(negate, about_lumen(question)) == {altered}


def test_a_word_gives_way_to_one_of_another_paragraph() -> None:
    outcomes = every_outcome(change_word, about_lumen("Who saw the bridge of Karst?", "Emil Holt"))
    assert outcomes == {"Who saw the cost of Karst?", "Who saw the captain of Karst?"}


def test_the_end_gives_way_to_that_of_another_question() -> None:
    outcomes = every_outcome(
        change_tail, Example("1", "Who paid for the cost of the mill?", LUMEN, "Lumen", ("Anna",))
    )
    assert outcomes == {"Who paid for the cost of the lighthouse?"}


@pytest.mark.parametrize("question", ["How?", "", "Why is it so?", "What is it?", "?!"])
def test_nothing_to_change(question: str) -> None:
    assert {alter(about_lumen(question), OTHERS, random.Random(seed)) for seed in range(20)} == {None}


def test_words_exclude_each_other_but_not_themselves() -> None:
    assert len(EXCLUSIVE) > 400
    assert all(others and word not in others for word, others in EXCLUSIVE.items())


@given(st.sampled_from(QUESTIONS) | st.text(max_size=60).map(about_lumen), st.integers(0, 10**6))
def test_what_is_altered_differs_and_the_seed_decides_it(example: Example, seed: int) -> None:
    altered = alter(example, [*QUESTIONS, *OTHERS], random.Random(seed))
    assert altered == alter(example, [*QUESTIONS, *OTHERS], random.Random(seed))
    if altered is not None:
        assert altered.lower() != example.question.lower()
        assert altered[:1].isupper() == example.question[:1].isupper()
        assert "Zebra" not in altered  # of another article


@given(st.sampled_from(list(KINDS)), st.sampled_from(QUESTIONS), st.integers(0, 10**6))
def test_no_kind_needs_other_questions(kind: Callable[..., str | None], example: Example, seed: int) -> None:
    altered = kind(example, [], random.Random(seed))
    assert altered is None or altered.endswith("?")
