from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.english import sentences
from qa.english.breaks import answer_breaks
from qa.english.sentences import sentence_at, split_sentences
from tests.qa.english.texts import TEXTS


def test_abbreviations_do_not_end_sentences() -> None:
    text = "Dr. Smith paid $2.53 billion in Jan. 2020. He left the U.S. soon after."
    assert [text[s:e] for s, e in split_sentences(text)] == [text[:42], text[43:]]


@pytest.mark.parametrize(
    "expected",
    [
        ["1. Tie the bow. And go.", "2. Stop", "10. Ten steps more"],
        ["• Guests pay.", "• Members of the club pay nothing"],
        ["Team: St. Gulls. Yes.;\tWins: 31.", "Team: Terns;\tWins: 27."],
        ["DATES", "Oct. 31 – Lantern Walk at 8:45 am", "Nov. 3 – reading circle"],
        ["It was opened by the Mayor of\nLumen.", "She left."],
    ],
)
def test_items_rows_and_short_lines_are_sentences(expected: list[str]) -> None:
    text = "\n".join(expected)
    assert [text[s:e] for s, e in split_sentences(text)] == expected


def test_of_a_very_long_sentence_the_words_around_the_answer_are_shown() -> None:
    text = "word " * 500 + "forty-two " + "more " * 500
    start = text.index("forty")
    first, last = sentence_at(text, start, start + 9)
    assert last - first <= sentences.MAX_SENTENCE
    assert set(text[first:last].split()) == {"word", "forty-two", "more"}
    assert sentence_at(text, 0, len(text) - 1) == (0, len(text) - 1)


@pytest.mark.parametrize(
    "repeated", ["a\n", " ", "\n", "A b c\n", "A: b;\tC: d.\n", "\t", "1. ", "'", "- a\n", ", ", "• ", "a\n \t"]
)
def test_the_time_is_proportional_to_the_length(repeated: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        split_sentences(text)
        answer_breaks(text)
        return time.process_time() - start

    size = 40_000 // len(repeated)
    ratios = (seconds(f"x{repeated * 4 * size}y") / seconds(f"x{repeated * size}y") for _ in range(5))
    assert any(ratio < 8 for ratio in ratios)


@given(TEXTS, st.data())
@settings(max_examples=150)
def test_the_sentence_holds_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = sentence_at(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f", "\u3000"])
def test_spaces_that_the_splitter_panics_at_split_like_plain_ones(space: str) -> None:
    text = f"Wilhelm{space}II{space}. was born in 1859. He reigned{space}A{space}. Then he left."
    assert split_sentences(text) == split_sentences(text.replace(space, " "))


def test_a_text_at_which_the_splitter_panics_is_split_at_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    import sentencex

    split = sentencex.get_sentence_boundaries
    monkeypatch.setattr(sentencex, "get_sentence_boundaries", lambda language, _: split(language, "A\u00a0."))
    assert split_sentences("One. Two.\n Three. \n\n") == [(0, 9), (11, 17)]


@pytest.mark.parametrize("separator", ["\n\n", "\n", " "])
@pytest.mark.parametrize("size", [4096, 16_384])
def test_splitting_in_pieces_gives_the_same_sentences(
    separator: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    paragraphs = [
        'He said: “It rained. Then it stopped.” "Did it?" asked Dr. Smith in Washington, D.C. yesterday.',
        "The U.S. economy grew by 3.5% (its best year since 1999!). It's what 'experts' expected... or not.",
        "«Bonjour», dit-elle. 日本語の文です。 The end came at 5 p.m. on Nov. 9, 2023. Nobody knew why?",
    ]
    text = separator.join(f"{number}. {paragraphs[number % 3]}" for number in range(300))
    whole = split_sentences(text)
    assert len(text) > 1.5 * size and len(whole) >= 400
    monkeypatch.setattr(sentences, "MAX_PIECE", size)
    assert split_sentences(text) == whole


def test_half_a_surrogate_pair_keeps_the_offsets() -> None:
    text = "One \ud800 half. Two \udfff halves."
    assert [text[start:end] for start, end in split_sentences(text)] == ["One \ud800 half.", "Two \udfff halves."]
