"""Text to vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Encoder", "Vectors"]

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into unit vectors. Constructors are light; weights load on first use or with ``warm_up``."""

    @property
    def fingerprint(self) -> str:
        """Name and checksum of the model: vectors of different fingerprints must not be mixed."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Longest text, in the model's tokens, special tokens included."""
        ...

    def warm_up(self) -> None:
        """Load the weights now."""
        ...

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Return unit vectors of shape ``(len(texts), dimension)``; ``progress`` gets each batch's size."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens left out, nothing truncated."""
        ...
