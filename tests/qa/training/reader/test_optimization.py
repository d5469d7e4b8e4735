from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qa.reader.model import load_model
from qa.training.reader.optimization import build_optimizer, freeze, learning_rate_at, set_dropout
from qa.training.recipe import Recipe, Source
from tests.qa.reader.models import save


def recipe(**values: float | bool) -> Recipe:
    return Recipe({"a": Source("MIT")}, **values)  # type: ignore[arg-type]


@pytest.fixture
def network(tmp_path: Path) -> torch.nn.Module:
    return load_model(save("bert", tmp_path)).network


@given(steps=st.integers(1, 5000), warm_up=st.floats(0, 0.9))
def test_the_rate_rises_and_then_falls(steps: int, warm_up: float) -> None:
    rates = [learning_rate_at(step, steps, recipe(warm_up=warm_up)) for step in range(steps)]
    top = max(range(steps), key=rates.__getitem__)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < min(rates) <= max(rates) <= 2e-4 * (1 + 1e-9)


def test_word_embeddings_can_be_frozen(network: torch.nn.Module) -> None:
    freeze(network, recipe(freeze_embeddings=False))
    assert all(parameter.requires_grad for parameter in network.parameters())
    freeze(network, recipe())
    frozen = [name for name, parameter in network.named_parameters() if not parameter.requires_grad]
    assert frozen == ["bert.embeddings.word_embeddings.weight"]


def test_every_parameter_is_in_one_group_and_norms_do_not_decay(network: torch.nn.Module) -> None:
    groups = build_optimizer(network, recipe()).param_groups
    members = [parameter for group in groups for parameter in group["params"]]
    assert len(members) == len({id(one) for one in members}) == len(list(network.parameters()))
    for group in groups:
        assert all((one.ndim > 1) == (group["weight_decay"] > 0) for one in group["params"])


def test_lower_layers_learn_slower(network: torch.nn.Module) -> None:
    scales = {
        id(parameter): group["scale"]
        for group in build_optimizer(network, recipe(layer_decay=0.5)).param_groups
        for parameter in group["params"]
    }
    named = {name: scales[id(parameter)] for name, parameter in network.named_parameters()}
    assert named["qa_outputs.weight"] == 1
    assert named["bert.encoder.layer.1.output.dense.weight"] == 0.5
    assert named["bert.encoder.layer.0.output.dense.weight"] == 0.25
    assert named["bert.embeddings.position_embeddings.weight"] == 0.125


def test_dropout_is_set_everywhere(network: torch.nn.Module) -> None:
    set_dropout(network, 0.3)
    assert {one.p for one in network.modules() if isinstance(one, torch.nn.Dropout)} == {0.3}
