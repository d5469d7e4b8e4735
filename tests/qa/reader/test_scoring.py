from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reader.model import load_model
from qa.reader.scoring import PaddedScorer, build_scorer
from qa.reader.windows import Window, packs


def windows(*sizes: int) -> list[Window]:
    return [Window(n, 0, size, [5 + n] * size, [n % 2] * size, 0) for n, size in enumerate(sizes)]


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_every_input_gets_the_logits_that_it_has_alone(folders: dict[str, Path], kind: str) -> None:
    model = load_model(folders[kind])
    alone = {w.pair: next(PaddedScorer(model).logits([w], 100))[1] for w in windows(9, 3, 9, 14)}
    for window, logits in build_scorer(model, int8=False).logits(windows(9, 3, 9, 14), 20):
        for got, expected in zip(logits, alone.pop(window.pair), strict=True):
            np.testing.assert_allclose(got[: len(window)], expected, atol=1e-4)
    assert not alone


@given(sizes=st.lists(st.integers(1, 50), max_size=20), limit=st.integers(1, 100))
def test_packs_hold_every_input_once_and_no_more_tokens_than_allowed(sizes: list[int], limit: int) -> None:
    packed = list(packs(windows(*sizes), limit))
    assert sorted(window.pair for pack in packed for window in pack) == list(range(len(sizes)))
    assert all(len(pack) == 1 or sum(map(len, pack)) <= limit for pack in packed)
