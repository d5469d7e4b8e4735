from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from qa.training.data.rewording import exchange_words, keep_keywords, misspell, reword, write_plainly
from qa.training.data.synonyms import Synonyms

SYNONYMS = Synonyms({"noun": {"boat": ("barge",)}, "verb": {"buy": ("purchase",)}, "adj": {}, "adv": {}}, {})
QUESTION = "When did Anna Berg buy the second boat?"


def test_words_are_exchanged_but_names_and_numbers_are_not() -> None:
    expected = "When did Anna Berg purchase the second barge?"
    assert exchange_words(QUESTION, random.Random(0), SYNONYMS) == expected
    assert exchange_words("When did Boat win?", random.Random(0), SYNONYMS) == "When did Boat win?"


def test_keywords_are_the_question_word_and_the_content_words() -> None:
    assert keep_keywords(QUESTION, random.Random(0)).rstrip("?") == "when anna berg buy second boat"


def test_plain_writing_has_no_capitals() -> None:
    assert {write_plainly(QUESTION, random.Random(seed)) for seed in range(20)} == {
        QUESTION.lower(),
        QUESTION.lower().rstrip("?"),
    }


def test_a_misspelt_word_keeps_its_ends() -> None:
    for seed in range(30):
        word = misspell("harbour", random.Random(seed))
        assert word != "harbour"
        assert (word[0], word[-1]) == ("h", "r")
        assert abs(len(word) - 7) <= 1


@given(st.text(max_size=80), st.integers(0, 99))
def test_any_question_can_be_reworded(question: str, seed: int) -> None:
    reworded = reword(question, random.Random(seed), SYNONYMS)
    assert bool(reworded) == bool(question)
