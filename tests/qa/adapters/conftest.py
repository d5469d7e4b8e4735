"""An assistant with one article, whose reader takes heights for answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.assistant import Assistant
from qa.types import Article
from tests.toys import HeightReader, toy_assistant

VELA = Article("The lighthouse at Vela is 42 metres tall.", "Vela", "vela.md", "2024-05-06", tags=("sea",))
HEIGHT = "How tall is the lighthouse at Vela?"


@pytest.fixture
def assistant() -> Iterator[Assistant]:  # type: ignore[override]
    with toy_assistant(reader=HeightReader()) as made:
        made.add(VELA)
        yield made
