"""Inner products that are the same to the last digit wherever they are computed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from embeddings.encoder import Vectors

__all__ = ["inner_products", "rank"]


def inner_products(vectors: Vectors, query: Vectors) -> list[float]:
    """Return the inner product of each vector, of shape ``(n, dimension)``, with the query.

    Each search engine adds in an order of its own, and rounds in between, so their scores differ in the seventh
    digit. Here each row is added by itself, in double precision.
    """
    products = np.ascontiguousarray(vectors, np.float64) * np.asarray(query, np.float64).reshape(-1)
    sums: list[float] = products.sum(axis=1).tolist()
    return sums


def rank(vectors: Mapping[int, Vectors], query: Vectors) -> list[tuple[int, float]]:
    """Return the ids with the inner products of their vectors, best first and, of equal ones, by id."""
    if not vectors:
        return []
    scores = inner_products(np.stack(list(vectors.values())), query)
    return sorted(zip(vectors, scores, strict=True), key=lambda item: (-item[1], item[0]))
