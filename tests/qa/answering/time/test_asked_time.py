from __future__ import annotations

import datetime as dt

import pytest

from qa.answering.time.asked_time import Tense, asked_time, without_time


@pytest.mark.parametrize(
    ("question", "tense"),
    [
        ("How many people died in the flood?", Tense.NOW),
        ("who is in charge now", Tense.NOW),
        ("What was the latest toll in 2024?", Tense.NOW),
        ("barley price", Tense.NOW),
        ("What did the company offer at first?", Tense.FIRST),
        ("When was the mayor originally to be sworn in?", Tense.FIRST),
        ("When was the bridge to reopen?", Tense.FIRST),
        ("For how many years was Sarl to sign with Athletic?", Tense.FIRST),
        ("How many soldiers were sent to the flooded towns?", Tense.NOW),
        ("Who was invited to speak?", Tense.NOW),
        ("How many jobs would the firm have kept?", Tense.FIRST),
        ("What did they ask for before the strike?", Tense.FIRST),
        ("What harvest was forecast in May?", Tense.THEN),
        ("How many were ill by 4 February 2025?", Tense.THEN),
        ("What did the line cost in 2019?", Tense.THEN),
    ],
)
def test_the_time_that_a_question_asks_for(question: str, tense: Tense) -> None:
    assert asked_time(question).tense is tense


def test_the_period_is_read_from_the_date_of_an_article() -> None:
    asked = asked_time("How many were affected on 18 September?")
    period = asked.period(dt.date(2023, 10, 1))
    assert period
    assert period.first == period.last == dt.date(2023, 9, 18)
    assert asked_time("How many were affected?").period(dt.date(2023, 10, 1)) is None


@pytest.mark.parametrize(
    ("question", "timeless"),
    [
        ("How many were ill by the end of January 2026?", "How many were ill?"),
        ("How many cases were there in mid-March 2025?", "How many cases were there?"),
        ("How many customers did the firm speak of on 18 September?", "How many customers did the firm speak of?"),
        ("How many nurses were hired for the February strike?", "How many nurses were hired for the strike?"),
        ("Did the January flood damage the bridge?", "Did the flood damage the bridge?"),
    ],
)
def test_a_question_without_its_time_stays_a_sentence(question: str, timeless: str) -> None:
    assert without_time(question) == timeless
