"""A text's words do not depend on typography or on how a newspaper writes numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.stories import Wording


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“We've moved”, she said.", '"We\u2019ve moved", she said'),
        ("Some 3,400 residents – nearly all", "Some 3400 residents - nearly all"),
        ("Fourteen more cracks", "14 more cracks"),
        ("The co\u00adopera\u00adtive", "The cooperative"),
        ("The \ufb01rst of\r\n\r\nthree", "the first of 3"),
        ("PORT KESTREL (MPA) -", "Port Kestrel, MPA:"),
    ],
)
def test_the_same_words(one: str, other: str) -> None:
    assert Wording.of(one).words == Wording.of(other).words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3.4 million on 1,2 and 12,345.6", ["3.4", "million", "on", "1,2", "and", "12345.6"]),
        ("東京は snow", ["東", "京", "は", "snow"]),
        ("😀 …", []),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert list(Wording.of(text).words) == words


def test_shared_words_stand_in_shared_shingles() -> None:
    one = Wording.of("A red fox ran over the hill at dawn")
    assert one.shared_with(Wording.of("At noon the red fox ran home")) == len("red fox ran".split())
    assert one.shared_with(Wording.of("dawn at hill the over ran fox red a")) == 0
    assert Wording.of("red fox").shared_with(Wording.of("Red fox!")) == 2


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_shares_itself_and_what_it_is_part_of(text: str, more: str) -> None:
    wording, longer = Wording.of(text), Wording.of(f"{text}\n{more}")
    assert wording.shared_with(wording) == len(wording.words)
    if len(wording.words) >= 3:
        assert wording.shared_with(longer) == len(wording.words)
    assert longer.first(len(wording.words)).words == wording.words
