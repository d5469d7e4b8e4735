from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from qa.reader.model import load_model
from qa.training.data.batches import Collator
from qa.training.data.inputs import Featurizer
from qa.training.reader.distillation import Teacher, distillation_loss
from tests.qa.reader.models import save
from tests.qa.training.questions import examples

ALLOWED = torch.tensor([[True, True, False]])
INFINITE = float("-inf")


def test_a_pupil_like_its_teacher_has_nothing_to_learn() -> None:
    soft = torch.tensor([[[1.0, 2.0, INFINITE]], [[0.0, -3.0, INFINITE]]])
    start, end = torch.tensor([[4.0, 5.0, 90.0]]), torch.tensor([[7.0, 4.0, -90.0]])
    assert float(distillation_loss(start, end, soft, ALLOWED, 2.0)) == pytest.approx(0, abs=1e-6)


def test_the_loss_is_the_divergence_times_the_temperature_squared() -> None:
    soft = torch.tensor([[[0.0, 2 * math.log(3), INFINITE]], [[0.0, 0.0, INFINITE]]])
    level = torch.zeros(1, 3)
    divergence = 0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)  # of the starts; the ends agree
    assert float(distillation_loss(level, level, soft, ALLOWED, 2.0)) == pytest.approx(4 * divergence / 2)


def test_a_teachers_logits_are_those_of_its_own_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.training.reader.distillation.autocast", nullcontext)
    folder = save("bert", tmp_path)
    model = load_model(folder)
    device = torch.device("cpu")
    inputs = Featurizer(model.tokenizer, 117, 20).inputs(examples(5))
    logits = Teacher(folder, device).logits(inputs, model.tokenizer).float()
    collator = Collator(inputs, model.tokenizer, model, device)
    batch = collator.batch(torch.arange(5).numpy())
    with torch.inference_mode():
        output = model.network(**model.arguments(batch.ids, batch.mask, batch.type_ids))
    expected = torch.stack([output.start_logits[batch.allowed], output.end_logits[batch.allowed]])
    assert torch.allclose(logits, expected, atol=0.002)


def test_the_loss_is_one_number_for_each_input() -> None:
    soft = torch.tensor([[[1.0, 2.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]])
    allowed = torch.ones(2, 2, dtype=torch.bool)
    start, end = torch.tensor([[3.0, 4.0], [0.0, 5.0]]), torch.zeros(2, 2)
    losses = distillation_loss(start, end, soft, allowed, 2.0)
    assert losses.shape == (2,)
    assert float(losses[0]) == pytest.approx(0, abs=1e-6)
    assert float(losses[1]) > 0.1


def test_a_teacher_may_leave_out_what_has_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.training.reader.distillation.autocast", nullcontext)
    folder = save("bert", tmp_path)
    model = load_model(folder)
    answered = examples(4)
    unanswered = [replace(one, answers=(), answer_starts=()) for one in examples(3, first=4)]
    inputs = Featurizer(model.tokenizer, 117, 20).inputs([*answered, *unanswered])
    seen: list[tuple[int, int]] = []
    teacher = Teacher(folder, torch.device("cpu"), lambda done, total: seen.append((done, total)))
    some = teacher.logits(inputs, model.tokenizer, answerable=True)
    every = teacher.logits(inputs, model.tokenizer)
    places = int(inputs.sizes[:4, 1].sum()) + 4
    assert torch.equal(some[:, :places], every[:, :places])
    assert not some[:, places:].any()
    assert (seen[0], seen[-1]) == ((4, 4), (7, 7))
