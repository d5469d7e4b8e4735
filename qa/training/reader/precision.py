"""In which precision to compute."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

__all__ = ["autocast", "pick_device"]


def pick_device() -> torch.device:
    """Return the CUDA device where there is one, else the CPU.

    cuDNN's attention is switched off: planning it for every new shape takes ten times as long as a step.
    """
    torch.backends.cuda.enable_cudnn_sdp(False)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> AbstractContextManager[Any]:
    """Return the context to compute in: bfloat16 on CUDA and on CPUs with instructions for it, else float32."""
    in_hardware = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    if device.type == "cuda" or in_hardware:
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()
