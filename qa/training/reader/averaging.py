"""Averages several weights of one network: often better than each of them, at no cost when reading."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import ModelError

if TYPE_CHECKING:
    import torch

__all__ = ["average", "save_weights"]

WEIGHTS = "model.safetensors"


def average(
    parts: Sequence[tuple[Path, float]], output: Path, progress: Callable[[int], object] | None = None
) -> None:
    """Write a model folder whose weights are the weighted mean of others' ("model soup").

    Wortsman et al. 2022, arXiv 2203.05482. The weights should come from one run, or from runs that started from
    one another. Everything but the weights is copied from the first part, a model folder.

    :param parts: model folders or weight files, each with its share; the shares need not add up to 1.
    :param progress: is called with 1 after each part.
    :raises ModelError: if a part cannot be read, or its shapes differ from those of the first.
    """
    total = sum(share for _, share in parts)
    mean: dict[str, torch.Tensor] = {}
    for path, share in parts:
        weights = _load(path)
        if mean and {n: w.shape for n, w in weights.items()} != {n: w.shape for n, w in mean.items()}:
            raise ModelError(f"the weights in {path} do not fit the network in {parts[0][0]}")
        for name, weight in weights.items():
            scaled = weight.double() * (share / total)
            mean[name] = mean[name] + scaled if name in mean else scaled
        if progress:
            progress(1)
    output.mkdir(parents=True, exist_ok=True)
    for file in parts[0][0].iterdir():
        if file.is_file() and file.suffix in {".json", ".toml", ".jsonl", ".md"}:
            shutil.copyfile(file, output / file.name)
    save_weights(mean, output / WEIGHTS)


def save_weights(weights: Mapping[str, torch.Tensor], path: Path) -> None:
    """Write weights as float16, which halves the file at no loss of accuracy."""
    from safetensors.torch import save_file

    halves = {name: weight.half().contiguous() for name, weight in weights.items()}
    save_file(halves, path, metadata={"format": "pt"})


def _load(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    file = path / WEIGHTS if path.is_dir() else path
    try:
        return load_file(file)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{file} cannot be read as weights: {error}") from error
