from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.follow_ups.antecedents import Turn
from qa.follow_ups.rewriting import rewrite


@pytest.mark.parametrize(
    ("first", "answer", "second", "completed"),
    [
        ("Who is the mayor of Lumen?", "Anna Berg", "How old is she?", "How old is Anna Berg?"),
        ("Who is the mayor of Lumen?", "Anna Berg", "And of Karst?", "Who is the mayor of Karst?"),
        (
            "Who is the mayor of Lumen?",
            "Anna Berg",
            "what does her brother do",
            "What does Anna Berg's brother do?",
        ),
        ("When was Velina founded?", "1998", "What about Domax?", "When was Domax founded?"),
        ("What were the sales of Velina in 2021?", "9", "And in 2020?", "What were the sales of Velina in 2020?"),
        (
            "Who won the Holloway Prize in 2022?",
            "Ines",
            "And the year before?",
            "Who won the Holloway Prize in 2021?",
        ),
        ("When will the Oar be given?", "8 May", "where", "Where will the Oar be given?"),
        ("When was Anna Berg elected?", "2019", "By how many votes?", "By how many votes was Anna Berg elected?"),
        ("Who founded Velina?", "Carel", "When?", "When did Carel found Velina?"),
        ("Who founded Velina?", "", "When?", "When did someone found Velina?"),
        ("What was stolen in Karst?", "a crown", "Why?", "Why was a crown stolen in Karst?"),
        ("How many drones were used?", "more than 40", "By whom?", "By whom were the drones used?"),
        ("Who leads Velina?", "Carel", "Who else?", "Who else leads Velina?"),
        ("What sentence did Karl Holm get?", "a year", "And his wife?", "What sentence did Karl Holm's wife get?"),
        ("What does it cost to rent a Fennec?", "9", "And to buy?", "What does it cost to buy a Fennec?"),
        ("How many people will work in the new mill of Velina?", "9", "What did the mill cost?", None),
        ("When was the hall in Karst finished?", "2006", "What's the roof made of?", None),
        ("How many locks does the Tarn Canal have?", "29", "Which is the deepest?", None),
        ("Why was the alarm in Karst switched off?", "birds", "Who decided that?", None),
        ("When was the last nurses' strike in Karst?", "1992", "How long did that one last?", None),
        ("How long is the northern tunnel?", "8 km", "And the southern one?", "How long is the southern tunnel?"),
        ("How long did Ada and Ben Lind not speak?", "a day", "Why not?", "Why did Ada and Ben Lind not speak?"),
        ("Who won the open in Karst?", "Anna Berg", "What is there to see there?", None),
    ],
)
def test_what_a_question_leans_on_is_put_in(first: str, answer: str, second: str, completed: str | None) -> None:
    written_out = {
        "What did the mill cost?": "What did the mill cost (the new mill of Velina)?",
        "What's the roof made of?": "What's the roof made of (the hall in Karst)?",
        "Which is the deepest?": "Which of the locks is the deepest (the Tarn Canal)?",
        "Who decided that?": "Who decided that the alarm in Karst was switched off?",
        "How long did that one last?": "How long did the last nurses' strike in Karst last?",
        "What is there to see there?": "What is there to see in Karst?",
    }
    assert rewrite(second, [Turn(first, answer)]) == (completed or written_out[second])


def test_a_question_with_a_name_of_its_own_asks_of_the_thing_alone() -> None:
    turn = Turn("What was the turnout in the Tarnbury vote?", "38 per cent")
    assert rewrite("And how high was it in Ellmoor?", [turn]) == "How high was the turnout in Ellmoor?"


@pytest.mark.parametrize(
    ("first", "second", "completed"),
    [
        (
            "What was the turnout in the Lumen vote?",
            "And in Karst's election?",
            "What was the turnout in Karst's election?",
        ),
        ("Who is the mayor of Lumen?", "And Karst?", "Who is the mayor of Karst?"),
        (
            "How many games did Anna Berg win in Karst?",
            "And in Lumen?",
            "How many games did Anna Berg win in Lumen?",
        ),
        (
            "How many games did Anna Berg win in Karst?",
            "And Eva Holm?",
            "How many games did Eva Holm win in Karst?",
        ),
        ("How many games did Anna Berg win?", "And in Lumen?", "How many games did Anna Berg win in Lumen?"),
        ("How many games did Anna Berg win?", "And in 2021?", "How many games did Anna Berg win in 2021?"),
        ("How much was Rotach fined?", "And the foreman?", "How much was the foreman fined (Rotach)?"),
        ("Who won the men's final in Karst?", "And the women's?", "Who won the women's final in Karst?"),
        ("Who won the men's final in Karst?", "and the women's final", "Who won the women's final in Karst?"),
        ("Who was Anna Berg's first coach?", "And the second?", "Who was Anna Berg's second coach?"),
        ("What does a full plot in Karst cost?", "and a half plot", "What does a half plot in Karst cost?"),
        ("How loud is the Fennec 2?", "And the Velina?", "How loud is the Velina?"),
        ("How often does the N1 in Karst run?", "On Sundays?", "How often does the N1 in Karst run on Sundays?"),
    ],
)
def test_a_fragment_takes_the_place_of_its_like(first: str, second: str, completed: str) -> None:
    assert rewrite(second, [Turn(first)]) == completed


def test_each_thing_is_put_in_once() -> None:
    turn = Turn("Who won?", "Anna Berg")
    completed = rewrite("Whose office did she work in before she had her own?", [turn])
    assert completed == "Whose office did Anna Berg work in before she had her own?"


def test_completed_questions_carry_a_talk_further() -> None:
    first = Turn("Who is the mayor of Lumen?", "Anna Berg")
    second = Turn(rewrite("When was she born?", [first]), "1970")
    assert rewrite("And her brother?", [first, second]) == "When was Anna Berg's brother born?"


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_a_question_completed_from_an_empty_talk_is_itself(question: str) -> None:
    assert rewrite(question, []) == question


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30), st.text(max_size=60))
def test_any_talk_completes_any_question(question: str, first: str, answer: str, article: str) -> None:
    assert isinstance(rewrite(question, [Turn(first, answer, article)]), str)


LINDS = "Ada and Ben Lind share a workshop. Ada Lind cuts, Ben Lind blows."


@pytest.mark.parametrize(
    ("first", "answer", "second", "completed"),
    [
        pytest.param(
            "How much did Harris and Son offer?",
            "1,850 pounds",
            "And Dale Roofing?",
            "How much did Dale Roofing offer?",
            id="in place of joined names",
        ),
        pytest.param(
            "How many cars a day did the ferry of Hagen carry in 1992?",
            "300",
            "And now?",
            "How many cars a day does the ferry of Hagen carry now?",
            id="another time",
        ),
        pytest.param(
            "How many cars did the ferry of Hagen carry?",
            "300",
            "And in May?",
            "How many cars did the ferry of Hagen carry in May?",
            id="a time",
        ),
        pytest.param(
            "How many cars a day does the ferry carry?",
            "90",
            "Why so few?",
            "Why does the ferry carry so few?",
            id="a rate is no subject",
        ),
        pytest.param(
            "Why did Tobias Renn stop travelling?",
            "his wife was ill",
            "What did he do then?",
            "What did Tobias Renn do then (stop travelling)?",
            id="what came next",
        ),
        pytest.param(
            "What did the mayor of Karst offer Ada Holm?",
            "the old baths in Mill Lane",
            "What's the rent?",
            "What's the rent (the old baths in Mill Lane)?",
            id="about the answer",
        ),
        pytest.param(
            "Who was the mediator in the nurses' strike?",
            "Karl Holm",
            "Who runs the hospital?",
            "Who runs the hospital (the nurses' strike)?",
            id="about what somebody had a part in",
        ),
        pytest.param(
            "Which brewery ordered bottles from the Lind twins?",
            "Hopfner",
            "How many did it order?",
            "How many bottles did Hopfner order (the Lind twins)?",
            id="what was counted",
        ),
        pytest.param(
            "Who turned back in the helicopter?",
            "Rita Manz",
            "Why?",
            "Why did Rita Manz turn back in the helicopter?",
            id="a verb with did",
        ),
        pytest.param("Who leads Velina?", "Carel", "Why?", "Why does Carel lead Velina?", id="a verb with does"),
        pytest.param(
            "What was lowered on the ridge?",
            "The sledge",
            "How long did it get stuck in Karst?",
            "How long did the sledge get stuck in Karst?",
            id="a small letter inside the question",
        ),
    ],
)
def test_what_is_left_out_is_put_in(first: str, answer: str, second: str, completed: str) -> None:
    assert rewrite(second, [Turn(first, answer, LINDS)]) == completed


def test_a_pronoun_reaches_over_a_turn_about_something_else() -> None:
    turns = [Turn("Who visited Kyiv?", "Jens Stoltenberg"), Turn("How many drones were used?", "more than 40")]
    assert rewrite("When did he go?", turns) == "When did Jens Stoltenberg go?"


def test_a_name_alone_can_be_asked_about() -> None:
    assert rewrite("When was he elected?", [Turn("Jens Stoltenberg")]) == "When was Jens Stoltenberg elected?"
