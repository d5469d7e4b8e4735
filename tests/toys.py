"""An assistant without models, for tests that need none: it stores articles, and answers nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from embeddings.encoder import Vectors
from qa.assistant import Assistant
from qa.library.sqlite.library import SqliteLibrary
from qa.settings import Settings
from qa.types import Reading, Span
from tests.qa.library.sqlite.making import DIMENSION, unit


class CountingEncoder:
    """Returns random vectors, the same for the same text, and keeps a list of the embedded texts."""

    fingerprint, dimension, max_tokens = "counting:1", DIMENSION, 32

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def warm_up(self) -> None:
        pass

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.encoded += texts
        return np.concatenate([unit(*text.encode()[:50]) for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


class ToyReader:
    """A reader that follows a rule, ``reading``, and keeps a list of the pairs that it read."""

    fingerprint = "toy:1"

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def warm_up(self) -> None:
        pass

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> list[Reading]:
        self.pairs += pairs
        if progress:
            progress(len(pairs))
        return [self.reading(*pair) for pair in pairs]

    def reading(self, question: str, passage: str) -> Reading:
        """Return the reading of a pair: no answer."""
        return Reading((), 0.0)


class HeightReader(ToyReader):
    """Finds heights, such as ``42 metres``."""

    def reading(self, question: str, passage: str) -> Reading:
        found = re.search(r"\d+ metres", passage)
        return Reading((Span(*found.span(), 9.0),), 0.0) if found else Reading((), 0.0)


def toy_assistant(
    encoder: CountingEncoder | None = None,
    folder: Path | None = None,
    settings: Settings | None = None,
    reader: ToyReader | None = None,
) -> Assistant:
    """Return an assistant with an empty library, in memory if there is no folder."""
    encoder = encoder or CountingEncoder()
    name, dimension = encoder.fingerprint, encoder.dimension
    library = (
        SqliteLibrary.open(folder, encoder=name, dimension=dimension)
        if folder
        else SqliteLibrary.in_memory(encoder=name, dimension=dimension)
    )
    return Assistant(library, encoder, reader or ToyReader(), settings or Settings())
