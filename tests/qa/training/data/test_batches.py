from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from qa.evaluation import Example
from qa.reader.model import SpanModel, load_model
from qa.training.data.batches import Collator
from qa.training.data.inputs import Featurizer, Inputs
from tests.qa.reader.models import save

CONTEXT = "Super Bowl 50 was won by the Denver Broncos, who beat the Carolina Panthers in Santa Clara."
QUESTION = Example("1", "Who won?", CONTEXT, "", ("Denver Broncos", "the Denver Broncos"), (29, 25))
NO_ANSWER = replace(QUESTION, question="Where was the game played?", answers=(), answer_starts=())
CPU = torch.device("cpu")


@pytest.fixture(scope="module", params=["bert", "roberta", "deberta"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SpanModel:
    return load_model(save(request.param, tmp_path_factory.mktemp(request.param)))


def inputs_of(model: SpanModel) -> Inputs:
    return Featurizer(model.tokenizer, 117, 20).inputs([QUESTION, NO_ANSWER])


def test_a_batch_is_what_the_tokenizer_makes_of_the_pairs(model: SpanModel) -> None:
    batch = Collator(inputs_of(model), model.tokenizer, model, CPU).batch(np.arange(2))
    for row, example in enumerate((QUESTION, NO_ANSWER)):
        expected = model.tokenizer.encode(example.question, example.context)
        size = len(expected.ids)
        assert batch.ids[row].tolist() == expected.ids + [model.pad_id] * (batch.ids.shape[1] - size)
        assert batch.type_ids[row, :size].tolist() == expected.type_ids
        assert batch.mask[row].tolist() == [1] * size + [0] * (batch.ids.shape[1] - size)
        passage = [number == 1 for number in expected.sequence_ids]
        passage[model.template.null_index] = True
        assert batch.allowed[row, :size].tolist() == passage
        assert not batch.allowed[row, size:].any()


def test_a_batch_spreads_probability_over_the_answers(model: SpanModel) -> None:
    batch = Collator(inputs_of(model), model.tokenizer, model, CPU).batch(np.arange(2))
    assert torch.allclose(batch.starts.sum(1), torch.ones(2))
    assert torch.allclose(batch.ends.sum(1), torch.ones(2))
    assert (batch.starts[~batch.allowed] == 0).all()
    assert batch.starts.max(1).values.tolist() == [0.5, 1.0]
    assert batch.starts[1, model.template.null_index] == 1
    first = model.tokenizer.encode(QUESTION.question, CONTEXT)
    second = first.char_to_token(29, sequence_index=1)
    assert second is not None
    assert batch.starts[0, second] == 0.5


def test_a_teachers_logits_come_with_the_positions_that_they_are_of(model: SpanModel) -> None:
    inputs = inputs_of(model)
    collator = Collator(inputs, model.tokenizer, model, CPU)
    assert collator.batch(np.arange(2)).soft is None
    assert collator.places_count == inputs.sizes[:, 1].sum() + 2
    numbers = torch.arange(collator.places_count, dtype=torch.float32)
    collator.teach(torch.stack([numbers, -numbers]))
    both, second = collator.batch(np.arange(2)), collator.batch(np.array([1]))
    assert both.soft is not None
    assert second.soft is not None
    assert both.soft[0][both.allowed].tolist() == numbers.tolist()
    assert both.soft[1][both.allowed].tolist() == (-numbers).tolist()
    assert torch.isinf(both.soft[:, ~both.allowed]).all()
    assert torch.equal(second.soft[0, 0][second.allowed[0]], both.soft[0, 1][both.allowed[1]])
