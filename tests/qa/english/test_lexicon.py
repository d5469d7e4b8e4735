from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.english.lexicon import is_name, is_plural, is_verb, tokens


def test_possessives_are_split_and_negations_are_not() -> None:
    assert [token.text for token in tokens("What's Anna’s 7.5-metre boat? It didn't")] == [
        "What",
        "'s",
        "Anna",
        "’s",
        "7.5-metre",
        "boat",
        "?",
        "It",
        "didn't",
    ]


def test_names_have_capitals_and_mean_something() -> None:
    assert [is_name(token) for token in tokens("Anna lives in The Hague And Rome")] == [
        True,
        False,
        False,
        True,
        True,
        False,
        True,
    ]


def test_plurals_and_verbs_by_their_endings() -> None:
    assert [is_plural(noun) for noun in ("nurses", "people", "glass", "crisis", "mayor")] == [True, True] + [
        False
    ] * 3
    assert [is_verb(word) for word in ("visited", "stolen", "bed", "mayor")] == [True, True, False, False]


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_tokens_are_slices_in_order(text: str) -> None:
    found = tokens(text)
    assert all(text[token.start : token.end] == token.text != "" for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
