from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.composing.completing import whole_reason

DYKE = "Stode said it was weak because moles had burrowed into it and the repairs had been put off."
SALT = "The cracks were caused by de-icing salt, and by lorries far heavier than those of the 1950s."
ROAD = "It stays open. Many put it off because the practice closed and the next one is far, Hask said."


@pytest.mark.parametrize(
    ("text", "span", "whole", "extent"),
    [
        (
            DYKE,
            "moles had burrowed",
            "because moles had burrowed into it and the repairs had been put off",
            "clause",
        ),
        (SALT, "de-icing salt", SALT, "sentence"),
        (ROAD, "the practice closed", "because the practice closed and the next one is far", "clause"),
        ("Ferries run, as their crews may.", "their crews", "as their crews may", "clause"),
    ],
)
def test_a_reason_is_given_whole(text: str, span: str, whole: str, extent: str) -> None:
    start = text.index(span)
    (first, last), kind = whole_reason(text, start, start + len(span))
    assert (text[first:last], kind) == (whole, extent)


PIECES = ["because ", "it ", "said, ", "he said. ", "so that ", "A ", ";", "\n"]


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.data())
def test_the_whole_holds_the_span(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    (first, last), _ = whole_reason(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)
