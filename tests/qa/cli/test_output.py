from __future__ import annotations

import pytest

from qa.cli.output import count, embedding_text
from qa.types import EmbeddingState


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles"), (1200, "1,200 articles")]
)
def test_counts_have_the_right_number(number: int, text: str) -> None:
    assert count(number, "article") == text


def test_an_irregular_plural_can_be_given() -> None:
    assert count(2, "story", "stories") == "2 stories"


def test_the_state_of_embedding_is_a_text() -> None:
    assert embedding_text(EmbeddingState(passages=1, embedded=0)) == "0 of 1 passage embedded"
    assert embedding_text(EmbeddingState(passages=1200, embedded=1100)) == "1,100 of 1,200 passages embedded"
