from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.follow_ups.parsing import parse


@pytest.mark.parametrize(
    ("text", "asks", "rest"),
    [
        ("Who visited Kyiv?", "Who", "visited Kyiv"),
        ("By how many votes was she elected?", "By how many votes", "was she elected"),
        ("Which film opens the festival?", "Which film", "opens the festival"),
        ("How many people work at the mill?", "How many people", "work at the mill"),
        ("What's the rent?", "What", "'s the rent"),
        ("And in 2021, who was the judge?", "who", "was the judge"),
        ("Which museum director said that it was stolen?", "Which museum director", "said that it was stolen"),
        ("At what age?", "At what age", ""),
        ("why no wire", "why", "no wire"),
    ],
)
def test_the_words_that_ask_and_the_rest(text: str, asks: str, rest: str) -> None:
    question = parse(text)
    assert question.slice(question.main, question.asks) == asks
    assert question.slice(question.asks) == rest


@pytest.mark.parametrize("text", ["And in 2021?", "Kovacs?", "and of Tarnbury", "What about his wife?", ""])
def test_fragments_ask_nothing_by_themselves(text: str) -> None:
    assert parse(text).is_fragment


@pytest.mark.parametrize("text", ["Why?", "By how many votes?", "Who else?", "where", "why no wire", "Which one?"])
def test_questions_without_a_verb(text: str) -> None:
    assert parse(text).lacks_verb


@pytest.mark.parametrize("text", ["Was he convicted?", "How many fish died?", "Who won?", "Why did it burn?"])
def test_questions_with_a_verb(text: str) -> None:
    question = parse(text)
    assert not question.lacks_verb
    assert not question.is_fragment


@pytest.mark.parametrize(
    ("text", "is_subject"),
    [
        ("Who won the prize?", True),
        ("What was stolen from the museum?", True),
        ("How many players were at the open?", True),
        ("What did she say?", False),
        ("Which film did the town buy?", False),
        ("When was the mill built?", False),
        ("Who is the mayor?", False),
    ],
)
def test_whether_the_words_that_ask_are_the_subject(text: str, is_subject: bool) -> None:
    assert parse(text).asks_for_subject == is_subject


def test_what_is_asked_for_when_it_is_named() -> None:
    assert parse("How many islands were there?").noun == "islands"
    assert parse("Which mayor resigned?").noun == "mayor"
    assert parse("How old is she?").noun == ""
    assert parse("Who else?").noun == ""


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_is_taken_to_pieces_in_order(text: str) -> None:
    question = parse(text)
    assert 0 <= question.opening <= question.main <= question.asks <= len(question.tokens)
    assert all(text[token.start : token.end] == token.text for token in question.tokens)
    assert question.slice(0) in text
