"""Vectors to nearest neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from embeddings.encoder import Vectors

__all__ = ["Ids", "VectorIndex"]

Ids = npt.NDArray[np.int64]


class VectorIndex(Protocol):
    """Inner-product search over vectors with stable ids."""

    def __len__(self) -> int:
        """Return the number of vectors."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape ``(n, dimension)`` under ids of shape ``(n,)`` that the index does not hold yet."""
        ...

    def remove(self, ids: Ids) -> int:
        """Remove the vectors; return how many there were."""
        ...

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """Return up to k ids with their inner products, best first; only ids in ``allowed`` when it is given."""
        ...

    def scores(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """Return the inner product with each of the ids that the index holds."""
        ...

    def save(self, path: Path) -> None:
        """Write the index to a file, atomically."""
        ...
