"""The protocol of a reader: a model that finds answers in passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from qa.types import Reading

__all__ = ["Reader", "checksum_of"]


class Reader(Protocol):
    """Finds spans that answer a question. Constructors are light: weights load on first use or ``warm_up``."""

    @property
    def fingerprint(self) -> str:
        """Name and checksum of the model, as ``name:checksum``.

        The checksum alone says whether two readers are the same; scores of different ones are not comparable.
        """
        ...

    def warm_up(self) -> None:
        """Load the weights now."""
        ...

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Return a reading of each passage, in order."""
        ...

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> list[Reading]:
        """Return a reading of each (question, passage) pair, in order.

        :param progress: called with the number of pairs finished since the last call.
        """
        ...


def checksum_of(fingerprint: str) -> str:
    """Return the checksum in a reader's fingerprint: what follows the last colon."""
    return fingerprint.rpartition(":")[2]
