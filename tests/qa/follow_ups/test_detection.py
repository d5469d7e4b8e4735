from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.follow_ups.detection import Context, is_follow_up
from qa.follow_ups.parsing import parse

NOTHING = Context()


@pytest.mark.parametrize(
    "question",
    [
        "When did he go?",
        "And in 2021?",
        "Why?",
        "What about Kyiv?",
        "How many of them?",
        "Who conducted it?",
        "What happened to it?",
        "Who ordered that?",
        "Why is that?",
        "What instrument does her brother play?",
        "Which film did she win the prize for?",
        "Who taught him the game?",
        "Which mayor brought them back?",
        "By how many votes?",
        "Who else?",
        "Where else will they vote?",
        "How many were there on the older maps?",
        "Which is the deepest?",
        "When will the next one be?",
        "How much does one cost today?",
        "Why doesn't Lumen have one?",
        "What did Anna do then?",
        "Is there a hotel there?",
        "Kovacs?",
        "why no wire",
    ],
)
def test_questions_that_lean_on_the_talk(question: str) -> None:
    assert is_follow_up(parse(question), NOTHING)


@pytest.mark.parametrize(
    "question",
    [
        "Who visited Kyiv?",
        "When was the harbour of Lumen rebuilt?",
        "Why did NATO sign contracts?",
        "And what is the crown of Lumen insured for?",
        "Then again, where was Anna Berg born?",
        "What about the contract in Karst, how much was that contract worth?",
        "Who sold his gold watch to pay for a memorial?",
        "Which pupil said that he wanted to become a vet?",
        "Who said that he had not slept when dye ran into the Arle?",
        "Which festival changed its lanterns because of swans?",
        "How long before its return was the railway of Karst closed?",
        "How long does it take to charge the Fennec?",
        "How does one cook rice?",
        "When was it that a mill in Lumen burned down?",
        "Which director said that it was her decision to switch off the alarm?",
        "What's the name of the nurse who collapsed at the end of her shift?",
        "How many locks are there on the Tarn Canal?",
        "Which mayor was removed for letting his cousin sell gravel?",
        "Who is the mayor that was removed in Karst?",
        "How did the widows remember those who had drowned?",
        "What about the Fennec by Velina, what does it cost?",
        "How big are male spiders when you put them next to the females?",
        "harbour contract Karst",
        "",
        "?!",
    ],
)
def test_questions_that_stand_alone(question: str) -> None:
    assert not is_follow_up(parse(question), NOTHING)


def test_the_judge_is_the_one_in_focus_where_several_articles_have_one() -> None:
    question = parse("How long a sentence did the judge give?")
    trial, other = "The judge gave four years.", "A judge fined the bakery."
    assert is_follow_up(question, Context(trial, [other]))
    assert not is_follow_up(question, Context(trial, ["Bread is baked in Lumen."]))
    assert not is_follow_up(question, Context("Bread is baked in Lumen.", [other]))


def test_a_question_of_few_words_leans_only_where_there_is_more_than_one_article() -> None:
    question = parse("How many fish died?")
    assert is_follow_up(question, Context("Tonnes of fish died.", ["Anna Berg won."]))
    assert not is_follow_up(question, Context("Tonnes of fish died."))
    assert not is_follow_up(question, Context("Anna Berg won.", ["Tonnes of fish died."]))


def test_a_noun_of_the_latest_turn_leans_on_it() -> None:
    said = Context(said="What failed the inspection in Mill Lane? the swings")
    assert is_follow_up(parse("How much will new swings cost?"), said)
    assert not is_follow_up(parse("How much will new benches cost?"), said)
    assert not is_follow_up(parse("How much will the swings in Karst cost?"), said)
    assert not is_follow_up(parse("What do the articles say about the inspection?"), said)


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_can_be_asked_about(question: str, focus: str, others: list[str]) -> None:
    assert is_follow_up(parse(question), Context(focus, others)) in {True, False}
