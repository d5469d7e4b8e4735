"""What is a copy, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.stories import Wording, is_copy
from tests.qa.stories.texts import FOLLOW_UP, LOCAL, OTHER, SHORTENED, UPDATED, WIRE

EDITED = (
    WIRE.replace("on Tuesday", "yesterday")
    .replace("can no longer be", "cannot be")
    .replace("twelve people", "12 people")
    .replace("are angry", "are furious")
    .replace("harbour", "harbor")
)


def copies(one: str, other: str) -> bool:
    first, second = is_copy(Wording.of(one), Wording.of(other)), is_copy(Wording.of(other), Wording.of(one))
    assert first == second
    return first


@pytest.mark.parametrize(
    "copy",
    [
        WIRE,
        WIRE.upper().replace("\n\n", " "),
        SHORTENED,
        LOCAL,
        EDITED,
        "Lumen will be cut off, and the mayor of Osk is to blame, our readers say.\n\n" + SHORTENED,
    ],
)
def test_copies(copy: str) -> None:
    assert copies(WIRE, copy)


@pytest.mark.parametrize(
    "text",
    [
        OTHER,
        FOLLOW_UP,
        UPDATED,
        WIRE.replace("twelve people", "thirty people"),
        WIRE.replace("in 1931", "in 1913"),
        OTHER + "\n\n" + WIRE[:200],
        WIRE[:60],
        "",
    ],
)
def test_what_is_no_copy(text: str) -> None:
    assert not copies(WIRE, text)


def test_a_converted_unit_is_no_other_number() -> None:
    sentence = "The wall has to be raised over a length of {} before the winter comes, the county said. "
    one, other = (LOCAL + sentence.format(length) for length in ("60 metres", "200 feet"))
    assert copies(one, other)


def test_a_phrase_is_no_copy() -> None:
    assert not copies("The harbour office said on Tuesday", WIRE)
    assert copies("No news.", "no news")
    assert not copies("", "…")


@given(st.text(max_size=80))
def test_a_text_is_its_own_copy(text: str) -> None:
    assert copies(text, text) == bool(Wording.of(text).words)
