from __future__ import annotations

import math

import pytest
import torch

from qa.training.data.batches import Batch
from qa.training.reader.trainer import span_losses


def batch(starts: list[float], ends: list[float], allowed: list[bool]) -> Batch:
    nothing = torch.zeros(1, len(starts), dtype=torch.long)
    marks = torch.tensor([allowed])
    return Batch(nothing, nothing, nothing, marks, torch.tensor([starts]), torch.tensor([ends]))


def test_the_loss_counts_only_positions_where_a_span_may_stand() -> None:
    one = batch([0, 1, 0, 0], [0, 1, 0, 0], [True, True, False, True])
    level = torch.tensor([[0.0, 0.0, 50.0, 0.0]])
    assert float(span_losses(level, level, one, 0.0)) == pytest.approx(math.log(3))


def test_a_sure_and_right_model_has_no_loss() -> None:
    one = batch([0, 1, 0], [0, 0, 1], [True, True, True])
    loss = span_losses(torch.tensor([[0.0, 60.0, 0.0]]), torch.tensor([[0.0, 0.0, 60.0]]), one, 0.0)
    assert float(loss) == pytest.approx(0, abs=1e-6)


def test_several_answers_share_the_target() -> None:
    one = batch([0, 0.5, 0.5], [0, 0, 1], [True, True, True])
    even = torch.tensor([[-60.0, 0.0, 0.0]])
    sure = torch.tensor([[-60.0, -60.0, 0.0]])
    assert float(span_losses(even, sure, one, 0.0)) == pytest.approx(math.log(2) / 2, abs=1e-6)


def test_label_smoothing_costs_the_sure() -> None:
    one = batch([0, 1, 0, 0], [0, 1, 0, 0], [True, True, False, True])
    sure = torch.tensor([[0.0, 9.0, 0.0, 0.0]])
    smoothed = float(span_losses(sure, sure, one, 0.1))
    share = math.exp(9) / (math.exp(9) + 2)
    wrong = (1 - share) / 2
    expected = -(0.9 + 0.1 / 3) * math.log(share) - 2 * 0.1 / 3 * math.log(wrong)
    assert smoothed == pytest.approx(expected, rel=1e-5)
