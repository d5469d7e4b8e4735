from __future__ import annotations

import pytest

from qa.answering.time.asked_value import asks_for_event, fits_question
from qa.answering.time.values import value_of


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("How many dockers were on strike?", "850", True),
        ("How many dockers were on strike?", "five and a half per cent", False),
        ("How many dockers were on strike?", "the union", False),
        ("How many years will it last?", "ten years", True),
        ("How many people paid for it?", "60", True),
        ("How much damage did the flood cause?", "seven", False),
        ("How much damage did the flood cause?", "84 million pounds", True),
        ("How long was the bridge closed?", "until October", False),
        ("When did the price rise?", "9 May", True),
        ("Who is mayor?", "Ines Calloway", True),
    ],
)
def test_a_question_says_what_kind_of_answer_fits(question: str, answer: str, fits: bool) -> None:
    assert fits_question(question, value_of(answer, question)) is fits


@pytest.mark.parametrize(
    ("question", "is_event"),
    [
        ("Who found the postal votes?", True),
        ("What station did the network buy in May 1960?", True),
        ("Where was her phone last connected?", True),
        ("Who is mayor of Ossingham?", False),
        ("who owns the mill", False),
        ("Who was mayor in 2019?", False),
        ("What were the owners first to be given?", False),
        ("What did the minister first want to do?", False),
    ],
)
def test_what_someone_did_is_an_event(question: str, is_event: bool) -> None:
    assert asks_for_event(question) is is_event
