"""The weights of a BERT, read from its files: importing transformers takes longer than answering a question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import BertModel

__all__ = ["BertWeights", "is_plain_bert", "read_bert"]

PREFIX = "bert."
"""Before the names of the encoder's weights in a model that has a head."""
_LAYER = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
)


@dataclass(frozen=True, slots=True)
class BertWeights:
    """A BERT encoder of the usual kind, and the head of its model if it has one."""

    layers: int
    heads: int
    epsilon: float
    """Of the layer norms."""
    tensors: Mapping[str, torch.Tensor]
    """In float32, by the names that ``BertModel`` gives them."""

    @classmethod
    def of(cls, network: BertModel) -> BertWeights:
        """Return the weights of a network in memory that :func:`is_plain_bert` accepts."""
        config = network.config
        tensors = {name: tensor.detach() for name, tensor in network.state_dict().items()}
        return cls(config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps, tensors)

    @property
    def positions(self) -> int:
        """How many tokens have a position."""
        return self["embeddings.position_embeddings.weight"].shape[0]

    @property
    def types(self) -> int:
        """How many token types there are."""
        return self["embeddings.token_type_embeddings.weight"].shape[0]

    def __getitem__(self, name: str) -> torch.Tensor:
        return self.tensors[name]


def is_plain_bert(network: nn.Module) -> TypeGuard[BertModel]:
    """Return whether a network is a BERT encoder with absolute positions and GELU."""
    from transformers import BertModel

    return type(network) is BertModel and _is_plain(network.config.to_dict())


def read_bert(folder: Path) -> BertWeights | None:
    """Read a model's ``config.json`` and ``*.safetensors``.

    :return: None if the model is of another kind, or damaged, which transformers can explain better.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        if not _is_plain(config):
            return None
        layers, heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
        stored = {
            name: tensor
            for file in sorted(folder.glob("*.safetensors"))
            for name, tensor in load_file(file).items()
        }
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None
    tensors = {name.removeprefix(PREFIX): tensor.float() for name, tensor in stored.items()}
    if not tensors.keys() >= set(_names(layers)):
        return None
    return BertWeights(layers, heads, float(config.get("layer_norm_eps", 1e-12)), tensors)


def _is_plain(config: Mapping[str, Any]) -> bool:
    return (
        config.get("model_type") == "bert"
        and config.get("position_embedding_type", "absolute") in (None, "absolute")
        and config.get("hidden_act", "gelu") == "gelu"
        and not config.get("is_decoder")
        and not config.get("add_cross_attention")
        and not config.get("quantization_config")
    )


def _names(layers: int) -> Iterator[str]:
    """Yield the names of the weights that the encoder needs."""
    yield from (f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type"))
    parts = [
        "embeddings.LayerNorm",
        *(f"encoder.layer.{number}.{part}" for number in range(layers) for part in _LAYER),
    ]
    yield from (f"{part}.{kind}" for part in parts for kind in ("weight", "bias"))
