"""The optimiser, the learning rate schedule, and which weights to train."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qa.training.recipe import Recipe

if TYPE_CHECKING:
    import torch

__all__ = ["build_optimizer", "freeze", "learning_rate_at", "set_dropout"]

_LAYER = re.compile(r"\.layers?\.(\d+)\.")


def freeze(network: torch.nn.Module, recipe: Recipe) -> None:
    """Freeze the word embeddings, more than half of a small model, if the recipe says so."""
    for name, parameter in network.named_parameters():
        if recipe.freeze_embeddings and "word_embeddings" in name:
            parameter.requires_grad = False


def set_dropout(network: torch.nn.Module, share: float) -> None:
    """Set the probability of every dropout layer of the network."""
    import torch

    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share


def build_optimizer(network: torch.nn.Module, recipe: Recipe, *, head_rate: float = 1.0) -> torch.optim.Optimizer:
    """Return AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), without decay of norms and biases.

    :param head_rate: the learning rate of what is above the layers, as a multiple of that of the highest one.
    """
    import torch

    named = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    depth = 1 + max((_layer_of(name) for name, _ in named), default=-1)
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in named:
        layer = _layer_of(name) if _LAYER.search(name) else (-1 if "embeddings" in name else depth)
        scale = head_rate if layer == depth else recipe.layer_decay ** (depth - layer)
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((scale, decay), []).append(parameter)
    parameters: list[dict[str, Any]] = [
        {"params": members, "lr": recipe.learning_rate, "scale": scale, "weight_decay": decay}
        for (scale, decay), members in groups.items()
    ]
    return torch.optim.AdamW(parameters, lr=recipe.learning_rate, fused=True)


def _layer_of(name: str) -> int:
    match = _LAYER.search(name)
    return int(match[1]) if match else -1


def learning_rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """Return the learning rate of a step, from 0: a linear rise to the recipe's rate, then a linear fall to 0."""
    rising = max(1, round(steps * recipe.warm_up))
    share = (step + 1) / rising if step < rising else (steps - step) / max(1, steps - rising)
    return recipe.learning_rate * share
