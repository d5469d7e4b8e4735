"""Texts with what is hard in Unicode, for property tests."""

from hypothesis import strategies as st

ALPHABET = st.characters(codec="utf-8", exclude_characters="\0")
ODD = st.sampled_from(
    ["\r\n", "\t", "e\u0301", "👩‍👩‍👧", "مرحبا ", "漢字。", ". ", "\n\n", "Dr. ", "word ", "  ", "\x01", "\u2028"]
)
TEXTS = st.lists(st.one_of(st.text(ALPHABET, max_size=20), ODD), max_size=60).map("".join)
