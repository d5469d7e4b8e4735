from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.follow_ups import Turn, resolve_follow_up
from qa.types import Passage, RetrievedPassage

TURN = Turn("Who is the mayor of Lumen?", "Anna Berg", "Anna Berg is the mayor of Lumen. She was born in Karst.")


def found(text: str, article: str = "other") -> RetrievedPassage:
    return RetrievedPassage(Passage(article, 0, len(text)), 1, text, "", 1.0, 1.0, 1.0, 1.0)


def test_a_leaning_question_is_completed_and_keeps_the_article_in_focus() -> None:
    follow_up = resolve_follow_up("How old is she?", [TURN], [], "article")
    assert follow_up
    assert (follow_up.read_as, follow_up.article_id) == ("How old is Anna Berg?", "article")


def test_a_question_is_put_in_context_if_it_can_be_about_the_article_in_focus() -> None:
    follow_up = resolve_follow_up("How old is she?", [TURN], [], "article")
    other = resolve_follow_up("And of Velina?", [TURN], [], "article")
    assert follow_up
    assert follow_up.in_context == "How old is she (Who is the mayor of Lumen? Anna Berg)?"
    assert other
    assert other.in_context == ""


def test_a_long_turn_is_no_context() -> None:
    turn = Turn("Who is the mayor of Lumen" + ", the town" * 40 + "?", "Anna Berg", TURN.article)
    follow_up = resolve_follow_up("How old is she?", [turn], [], "article")
    assert follow_up
    assert follow_up.in_context == ""


@pytest.mark.parametrize("question", ["Who is the mayor of Karst?", "When was Anna Berg born?"])
def test_a_question_that_stands_alone_means_what_it_says(question: str) -> None:
    assert resolve_follow_up(question, [TURN], [], "article") is None


def test_a_question_that_rewriting_leaves_as_it_is_stands_alone() -> None:
    price = Turn("How much is it?", "12 crowns", "It costs 12 crowns.")
    assert resolve_follow_up("what do crowns buy", [price], [found("A crown")], "article") is None


def test_names_in_small_letters_are_known_from_the_passages_found() -> None:
    rewards = [found("A reward for the Norrvik crown"), found("a crown of Norrvik")]
    assert resolve_follow_up("how big is the norrvik reward", [TURN], rewards, "article") is None
    bare = resolve_follow_up("and of karst", [TURN], [], "article")
    assert bare
    assert bare.read_as == "Who is the mayor of Karst?"


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_without_a_talk_no_question_leans(question: str) -> None:
    assert resolve_follow_up(question, [], []) is None
