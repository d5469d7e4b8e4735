from __future__ import annotations

import pytest
import torch
from torch import nn

from embeddings.inference import quantization
from embeddings.inference.quantization import QuantizedLinear, quantize


@pytest.mark.parametrize("bias", [True, False])
def test_a_quantised_layer_is_near_the_layer(bias: bool) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(64, 48, bias=bias)
    inputs = torch.randn(3, 7, 64)
    with torch.inference_mode():
        error = QuantizedLinear(layer.weight, layer.bias)(inputs) - layer(inputs)
    assert error.shape == (3, 7, 48)
    assert error.abs().max() < 0.02


def test_a_row_is_not_touched_by_an_outlier_in_another() -> None:
    torch.manual_seed(0)
    layer = QuantizedLinear(torch.randn(48, 64), torch.randn(48))
    rows = torch.randn(2, 64)
    with torch.inference_mode():
        alone = layer(rows[:1])
        rows[1] *= 1e6
        assert torch.equal(layer(rows)[:1], alone)


def test_a_row_of_zeros_gives_the_bias() -> None:
    bias = torch.randn(4)
    with torch.inference_mode():
        assert torch.equal(QuantizedLinear(torch.randn(4, 8), bias)(torch.zeros(1, 8)), bias[None])


@pytest.mark.parametrize(
    ("dtype", "able", "expected"),
    [("auto", True, True), ("auto", False, False), ("int8", False, True), ("float32", True, False)],
)
def test_auto_is_int8_where_that_is_faster(
    monkeypatch: pytest.MonkeyPatch, dtype: str, able: bool, expected: bool
) -> None:
    monkeypatch.setattr(quantization, "supports_int8", lambda: able)
    assert quantization.wants_int8(dtype) == expected


def test_all_layers_but_the_span_head_are_quantised() -> None:
    network = nn.ModuleDict({"body": nn.Sequential(nn.Linear(4, 4), nn.ReLU()), "qa_outputs": nn.Linear(4, 2)})
    quantize(network)
    left = [name for name, module in network.named_modules() if isinstance(module, nn.Linear)]
    assert left == ["qa_outputs"]
    assert sum(isinstance(module, QuantizedLinear) for module in network.modules()) == 1


def test_int8_support_is_detected_without_an_error() -> None:
    assert isinstance(quantization.supports_int8(), bool)
