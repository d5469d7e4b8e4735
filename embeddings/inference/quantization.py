"""Linear layers in int8, for CPUs that multiply int8 in hardware.

Weights are quantised once, with a scale for each output channel; activations are quantised in each pass, with a
scale for each token. One scale for a whole batch of activations (``torch.ao.quantization.quantize_dynamic``) costs
points of F1, because one outlier makes all tokens coarser, and lets the scores of a text depend on the other
texts.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

__all__ = ["DTYPES", "QuantizedLinear", "quantize", "supports_int8", "wants_int8"]

DTYPES = ("auto", "float32", "int8")
LEVELS = 127
TINY = 1e-12


def supports_int8() -> bool:
    """Return whether int8 is faster than float32 here: with oneDNN and the AVX-512 VNNI instructions."""
    capabilities: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(torch.backends.mkldnn.is_available() and capabilities.get("avx512_vnni"))  # type: ignore[no-untyped-call]


def wants_int8(dtype: str) -> bool:
    """Return whether a name in ``DTYPES`` means int8 on this machine."""
    return dtype == "int8" or (dtype == "auto" and supports_int8())


def quantize(network: nn.Module, head: str = "qa_outputs") -> None:
    """Replace the linear layers by int8 layers, except the span head, whose logits are the scores."""
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if type(layer) is nn.Linear and name != head:
                setattr(parent, name, QuantizedLinear(layer.weight, layer.bias))


class QuantizedLinear(nn.Module):
    """A linear layer that multiplies in int8 and sums in int32.

    :param weight: of shape ``(out_features, in_features)``.
    """

    weight: torch.Tensor
    scale: torch.Tensor
    bias: torch.Tensor

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        super().__init__()
        with torch.no_grad():
            rows, scale = _quantize_rows(weight)
            bias = torch.zeros(weight.shape[0]) if bias is None else bias.detach()
        self.out_features = weight.shape[0]
        self.register_buffer("weight", rows.t())
        self.register_buffer("scale", scale.t())
        self.register_buffer("bias", bias)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the layer's output, of shape ``(..., out_features)``, as float32."""
        rows, scale = _quantize_rows(inputs.reshape(-1, inputs.shape[-1]))
        # In place and in one type: another step with a new tensor or another type costs as much as all the rest.
        outputs = torch._int_mm(rows, self.weight).float().mul_(self.scale)
        torch.addcmul(self.bias, outputs, scale, out=outputs)
        return outputs.view(*inputs.shape[:-1], self.out_features)


def _quantize_rows(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return int8 values of shape ``(n, m)`` and their scales, of shape ``(n, 1)``.

    The two extrema are vectorised, and many times faster than a norm.
    """
    extremum = torch.maximum(rows.amax(-1, keepdim=True), -rows.amin(-1, keepdim=True))
    scale = extremum.clamp_min(TINY) / LEVELS
    return (rows / scale).round_().to(torch.int8), scale
