from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from qa.reader import ExtractiveReader, quantization
from qa.reader.model import load_model
from qa.reader.quantization import QuantizedLinear, quantize


@pytest.mark.parametrize("bias", [True, False])
def test_a_quantised_layer_is_near_the_layer(bias: bool) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(64, 48, bias=bias)
    inputs = torch.randn(3, 7, 64)
    with torch.inference_mode():
        error = QuantizedLinear(layer)(inputs) - layer(inputs)
    assert error.shape == (3, 7, 48)
    assert error.abs().max() < 0.02


def test_a_row_is_not_touched_by_an_outlier_in_another() -> None:
    torch.manual_seed(0)
    layer = QuantizedLinear(nn.Linear(64, 48))
    rows = torch.randn(2, 64)
    with torch.inference_mode():
        alone = layer(rows[:1])
        rows[1] *= 1e6
        assert torch.equal(layer(rows)[:1], alone)


def test_a_row_of_zeros_gives_the_bias() -> None:
    linear = nn.Linear(8, 4)
    with torch.inference_mode():
        assert torch.equal(QuantizedLinear(linear)(torch.zeros(1, 8)), linear.bias[None])


def test_all_layers_but_the_span_head_are_quantised(folder: Path) -> None:
    network = load_model(folder).network
    quantize(network)
    left = [name for name, module in network.named_modules() if isinstance(module, nn.Linear)]
    assert left == ["qa_outputs"]
    assert sum(isinstance(module, QuantizedLinear) for module in network.modules()) >= 12


@pytest.mark.parametrize(
    ("dtype", "able", "expected"),
    [("auto", True, True), ("auto", False, False), ("int8", False, True), ("float32", True, False)],
)
def test_auto_is_int8_where_that_is_faster(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, dtype: str, able: bool, expected: bool
) -> None:
    quantised: list[nn.Module] = []
    monkeypatch.setattr(quantization, "supports_int8", lambda: able)
    monkeypatch.setattr(quantization, "quantize", quantised.append)
    ExtractiveReader(folders["bert"], dtype=dtype).warm_up()
    assert bool(quantised) == expected


def test_capability_is_told_without_an_error() -> None:
    assert isinstance(quantization.supports_int8(), bool)


def test_int8_scores_of_the_bundled_reader_are_near_and_hardly_depend_on_the_batch() -> None:
    passages = ["It was won by the Denver Broncos in 2016.", "The score was 24 to 10. " * 9, "Santa Clara"]
    exact, reader = (ExtractiveReader(dtype=dtype) for dtype in ("float32", "int8"))
    together = reader.read("Who won?", passages)
    for passage, reading, near in zip(passages, together, exact.read("Who won?", passages), strict=True):
        assert reading.spans[0].score == pytest.approx(near.spans[0].score, abs=0.5)
        assert reading.null_score == pytest.approx(near.null_score, abs=0.5)
        alone = reader.read("Who won?", [passage])[0]
        assert reading.spans[0].score == pytest.approx(alone.spans[0].score, abs=0.02)
        assert reading.null_score == pytest.approx(alone.null_score, abs=0.02)
