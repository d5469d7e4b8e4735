"""The Reader protocol: what the engine asks of a model that finds answers in passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from qa.types import Reading

__all__ = ["Reader"]


class Reader(Protocol):
    """Finds spans that answer a question. Constructors are light: weights load on first use or ``warm_up``."""

    @property
    def fingerprint(self) -> str:
        """Name and checksum of the model: scores of different fingerprints must not be compared."""
        ...

    def warm_up(self) -> None:
        """Load the weights now."""
        ...

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Return a reading of each passage, in their order."""
        ...

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> list[Reading]:
        """Return a reading of each (question, passage) pair, in their order.

        ``progress`` gets the number of pairs that were finished since it was last called.
        """
        ...
