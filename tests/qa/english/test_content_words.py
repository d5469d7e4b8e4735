from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.english.content_words import content_words, names, shared_words

WORDS = st.sampled_from("Harbour harbours the THROUGH throughput 1931 rebuilt İzmir a-b".split())
TEXTS = st.lists(WORDS).map(" ".join) | st.text()


def test_content_words_leave_out_what_carries_no_meaning() -> None:
    assert content_words("How many of the Shahed drones were there?") == {"shahed", "drones"}


def test_inflections_share_a_stem() -> None:
    assert content_words("announcing") == content_words("Announced")


def test_names_are_capitals_and_numbers_but_the_first_word() -> None:
    assert names("When did World War 2 end in the north?") == {"world", "war", "2"}
    assert names("When did it end?") == set()


@given(TEXTS, TEXTS)
def test_shared_words_are_the_content_words_of_both(question: str, text: str) -> None:
    words = content_words(question)
    assert shared_words(words, text) == words & content_words(text)
