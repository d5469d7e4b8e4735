"""A text of opening quotation marks froze every thread: splitting it took quadratic time and kept the GIL."""

import pytest

from qa.english import sentences
from qa.english.sentences import split_sentences


@pytest.mark.parametrize("text", ["‘", "“", "«", "'", "`", "“a. ", "\n", "\r\n\r\n“", "a ", "é‘ ", "“a”. "])
def test_the_work_to_split_a_text_is_linear(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[int] = []

    def counting(piece: str) -> list[tuple[int, int]]:
        work.append(len(piece) * (1 + sum(map(piece.count, sentences.SLOW_QUOTES))))
        return [(start, min(start + 100, len(piece))) for start in range(0, len(piece), 100)]

    monkeypatch.setattr(sentences, "_split_piece", counting)
    totals = []
    for length in (1_000_000, 2_000_000):
        work.clear()
        found = split_sentences((text * length)[:length])
        assert all(start < end for start, end in found)
        assert max(work) <= 2 * sentences.MAX_SCANNED
        totals.append(sum(work))
    assert totals[1] <= 2.5 * totals[0]


def test_every_character_of_a_hostile_text_is_in_a_sentence() -> None:
    text = "‘" * 20_000
    found = split_sentences(text)
    assert "".join(text[start:end] for start, end in found) == text
