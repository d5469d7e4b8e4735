"""BERT without padding, in float32 or int8.

The texts of a batch are packed into one long row of tokens. All layers except attention work on single tokens, so
they take the whole row; attention takes one text at a time, or several of the same length. So padding and masks
cost nothing, the result of a text does not depend on the other texts, and batches can be small enough for the
cache of the processor. Query, key and value are one product, so that their input is quantised once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeGuard

import torch
from torch import nn
from torch.nn.functional import embedding, layer_norm, scaled_dot_product_attention

from embeddings.inference import batching
from embeddings.inference.batching import Ids
from embeddings.inference.quantization import QuantizedLinear

if TYPE_CHECKING:
    from transformers import BertModel

__all__ = ["PackedBert", "can_pack"]


def can_pack(network: nn.Module) -> TypeGuard[BertModel]:
    """Return whether a network is a BERT encoder of the kind that this module implements."""
    from transformers import BertModel

    if type(network) is not BertModel:
        return False
    config = network.config
    absolute = getattr(config, "position_embedding_type", None) in (None, "absolute")
    return absolute and config.hidden_act == "gelu" and not config.is_decoder and not config.add_cross_attention


class PackedBert:
    """Computes the hidden states of packed texts, with the weights of a model of transformers.

    :param network: a model that :func:`can_pack` accepts.
    :param int8: whether the linear layers compute in int8.
    """

    def __init__(self, network: BertModel, *, int8: bool) -> None:
        embeddings: Any = network.embeddings
        self._words = embeddings.word_embeddings.weight.detach()
        self._positions = embeddings.position_embeddings.weight.detach()
        self._types = embeddings.token_type_embeddings.weight.detach()
        self._norm = embeddings.LayerNorm
        self.width = network.config.hidden_size
        self.max_tokens = network.config.max_position_embeddings
        self._layers = [_Layer(layer, int8) for layer in network.encoder.layer]

    def hidden_states(self, ids: Ids, type_ids: Ids = ()) -> torch.Tensor:
        """Return the states of all tokens in the last layer, text by text, of shape ``(tokens, width)``.

        All packed networks share one batcher, which runs the requests of waiting threads together.

        :param ids: the token ids of each text with special tokens: at least one id, at most ``max_tokens``.
        :param type_ids: the token type ids of each text; 0 for all tokens by default.
        """
        return batching.BATCHER.run(self._states, ids, type_ids)

    @torch.inference_mode()
    def _states(self, ids: Ids, type_ids: Ids) -> torch.Tensor:
        lengths = [len(text) for text in ids]
        positions = torch.cat([torch.arange(length) for length in lengths])
        states = embedding(torch.tensor([token for text in ids for token in text]), self._words)
        if type_ids:
            states += embedding(torch.tensor([kind for text in type_ids for kind in text]), self._types)
        else:
            states += self._types[0]
        states = _normalized(states.add_(embedding(positions, self._positions)), self._norm)
        runs = list(_runs(lengths))
        for layer in self._layers:
            states = layer(states, runs)
        return states


class _Layer:
    """A layer of the encoder that works on packed tokens."""

    def __init__(self, layer: Any, int8: bool) -> None:
        attention = layer.attention.self
        self._heads = attention.num_attention_heads
        self._attend = _linear(int8, attention.query, attention.key, attention.value)
        self._project = _linear(int8, layer.attention.output.dense)
        self._attended_norm = layer.attention.output.LayerNorm
        self._widen = _linear(int8, layer.intermediate.dense)
        self._narrow = _linear(int8, layer.output.dense)
        self._norm = layer.output.LayerNorm

    def __call__(self, states: torch.Tensor, runs: Sequence[tuple[int, int]]) -> torch.Tensor:
        attended = self._attention(self._attend(states), runs)
        states = _normalized(self._project(attended).add_(states), self._attended_norm)
        wide = torch.ops.aten.gelu_(self._widen(states))
        return _normalized(self._narrow(wide).add_(states), self._norm)

    def _attention(self, projected: torch.Tensor, runs: Sequence[tuple[int, int]]) -> torch.Tensor:
        """Return the attended values, of shape ``(tokens, width)``."""
        tokens, width = projected.shape[0], projected.shape[1] // 3
        attended = projected.new_empty(tokens, width)
        first = 0
        for count, length in runs:
            stop = first + count * length
            shape = count, length, 3, self._heads, width // self._heads
            query, key, value = projected[first:stop].view(shape).permute(2, 0, 3, 1, 4)
            part = attended[first:stop].view(count, length, self._heads, width // self._heads)
            part.copy_(scaled_dot_product_attention(query, key, value).transpose(1, 2))
            first = stop
        return attended


def _linear(int8: bool, *layers: nn.Linear) -> nn.Module:
    """Return one linear layer that gives the outputs of all layers, concatenated."""
    joined = nn.Linear(layers[0].in_features, sum(layer.out_features for layer in layers))
    with torch.no_grad():
        joined.weight.copy_(torch.cat([layer.weight for layer in layers]))
        joined.bias.copy_(torch.cat([layer.bias for layer in layers]))
    return QuantizedLinear(joined) if int8 else joined


def _normalized(states: torch.Tensor, norm: nn.LayerNorm) -> torch.Tensor:
    return layer_norm(states, norm.normalized_shape, norm.weight, norm.bias, norm.eps)


def _runs(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the size of each run of equal lengths, and the length."""
    for length, same in groupby(lengths):
        yield sum(1 for _ in same), length
