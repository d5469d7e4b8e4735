"""Chooses the device and the precision to compute in."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

__all__ = ["autocast", "pick_device"]


def pick_device() -> torch.device:
    """Return the CUDA device if there is one, else the CPU.

    Disables cuDNN's attention, because planning it for each new shape takes ten times as long as a step.
    """
    torch.backends.cuda.enable_cudnn_sdp(False)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> AbstractContextManager[Any]:
    """Return a context that computes in bfloat16 on CUDA and on CPUs that support it, and in float32 elsewhere."""
    in_hardware = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    if device.type == "cuda" or in_hardware:
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()
