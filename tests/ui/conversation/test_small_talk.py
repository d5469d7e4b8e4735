from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.conversation.small_talk import ADDRESS, LINES, answer_small_talk, without_courtesies

KYIV = "Who visited Kyiv?"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("hello", "greeting"),
        ("Hi there!", "greeting"),
        ("Good morning, Quotewell.", "greeting"),
        ("Thanks", "thanks"),
        ("ok, thank you very much!", "thanks"),
        ("Thanks for your help :)", "thanks"),
        ("Perfect.", "agreement"),
        ("Got it", "agreement"),
        ("bye-bye", "farewell"),
        ("See you tomorrow", "farewell"),
        ("Hello, how are you today?", "well-being"),
        ("What can you do?", "about"),
    ],
)
def test_small_talk_gets_its_line(said: str, kind: str) -> None:
    assert answer_small_talk(said) == LINES[kind]  # type: ignore[index]


@pytest.mark.parametrize("said", ["https://example.org/osk", " http://a.example\nhttps://b.example "])
def test_addresses_get_a_clear_no(said: str) -> None:
    assert answer_small_talk(said) == ADDRESS


@pytest.mark.parametrize(
    "asked",
    [
        KYIV,
        "Hello Kitty",
        "Hi-fi systems",
        "What are they?",
        "Who are you going to call?",
        "Thanksgiving",
        "Nice",
        "How are the roads?",
        "Hello, Dolly! was first staged when?",
        "Thank You for Smoking",
        "Hey Jude, who wrote it?",
        "Is OK short for something?",
        "Who runs https://example.org?",
    ],
)
def test_a_question_or_a_topic_is_left_alone(asked: str) -> None:
    assert not answer_small_talk(asked)
    assert without_courtesies(asked) == asked


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (f"Hello, {KYIV}", KYIV),
        (f"Hi there! {KYIV} Thanks!", KYIV),
        ("hello who visited kyiv", "who visited kyiv"),
        ("Thanks. And in 2021?", "And in 2021?"),
        ("Thank you! When did he go?", "When did he go?"),
        ("Good morning. Please tell me who won.", "Please tell me who won."),
        (f"{KYIV} Thank you.", KYIV),
    ],
)
def test_a_question_inside_the_courtesies_is_asked(said: str, question: str) -> None:
    assert not answer_small_talk(said)
    assert without_courtesies(said) == question


@given(st.text())
def test_what_is_asked_is_part_of_what_was_said(text: str) -> None:
    assert without_courtesies(text) in text
