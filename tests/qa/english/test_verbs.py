from __future__ import annotations

import pytest

from qa.english.verbs import negated


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Did the union agree?", "Didn't the union agree?"),
        ("Will soldiers unload ships?", "Won't soldiers unload ships?"),
        ("May the wolf be shot?", "May not the wolf be shot?"),
        ("is the strike over, or can it go on", "isn't the strike over, or can it go on"),
        ("Isn't it open?", "Isn't it open?"),
        ("The mill?", "The mill?"),
    ],
)
def test_the_first_auxiliary_is_negated(question: str, expected: str) -> None:
    assert negated(question) == expected
