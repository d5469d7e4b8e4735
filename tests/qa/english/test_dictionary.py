"""The dictionary has words that are spelt right, and no others."""

import pytest

from qa.english.dictionary import is_english


@pytest.mark.parametrize("word", ["foreseen", "theorized", "stabilisation", "colour", "watchdog", "outage"])
def test_words_are_in_it(word: str) -> None:
    assert is_english(word)


@pytest.mark.parametrize(
    "word", ["goverment", "seperate", "recieve", "definately", "tommorow", "hteir", "", "the 1"]
)
def test_other_strings_are_not(word: str) -> None:
    assert not is_english(word)
