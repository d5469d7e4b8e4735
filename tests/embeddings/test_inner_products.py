"""Inner products do not depend on what is computed beside them."""

import numpy as np
import pytest

from embeddings.inner_products import inner_products, rank


def test_a_product_is_the_same_in_every_company() -> None:
    chance = np.random.default_rng(0)
    vectors, query = chance.normal(size=(50, 384)).astype(np.float32), chance.normal(size=384).astype(np.float32)
    together = inner_products(vectors, query)
    assert together == pytest.approx((vectors @ query).tolist(), abs=1e-4)
    assert together == [inner_products(vectors[row : row + 1], query)[0] for row in range(50)]
    assert together[::-1] == inner_products(vectors[::-1], query)
    assert together == inner_products(np.asfortranarray(vectors), query)


def test_the_best_come_first_and_equal_ones_by_id() -> None:
    rows, query = np.array([[1, 0], [0, 1], [1, 0]], np.float32), np.array([2, 1], np.float32)
    assert rank(dict(zip((7, 3, 5), rows, strict=True)), query) == [(5, 2.0), (7, 2.0), (3, 1.0)]
    assert rank({}, query) == []
