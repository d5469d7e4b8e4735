"""An assistant without models, for what needs none of them: it holds articles and finds nothing in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from embeddings.encoder import Vectors
from qa.assistant import Assistant
from qa.library.sqlite.library import SqliteLibrary
from qa.settings import Settings
from qa.types import Reading
from tests.qa.library.sqlite.making import DIMENSION, unit


class CountingEncoder:
    """Random vectors, the same for the same text, and a list of the texts that were embedded."""

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
    """A reader of a rule: what each (question, passage) pair reads as, and a list of the pairs that were read."""

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
        """Finds no answer in anything."""
        return Reading((), 0.0)


def toy_assistant(
    encoder: CountingEncoder | None = None, folder: Path | None = None, settings: Settings | None = None
) -> Assistant:
    """An assistant over an empty library, in memory when no folder is given."""
    encoder = encoder or CountingEncoder()
    about = {"encoder": encoder.fingerprint, "dimension": encoder.dimension}
    library = SqliteLibrary.open(folder, **about) if folder else SqliteLibrary.in_memory(**about)
    return Assistant(library, encoder, ToyReader(), settings or Settings())
